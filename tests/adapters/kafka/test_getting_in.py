"""A Kafka that wants TLS and a password lets us in; where it does not, it is said what to mend."""

import asyncio
import os
import socket
import subprocess
import sys
from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from kafka import KafkaAdminClient
from kafka.admin import UserScramCredentialUpsertion

from adapters.bootstrap import Parts
from adapters.kafka.access import required_access
from adapters.kafka.making_topics import make_topics
from adapters.kafka.topic_names import topic_name
from adapters.kafka.topics import topics as all_topics
from adapters.settings import Settings
from tests.domain.application import happened as h
from tests.kafka import Topics, given_servers, new_prefix, shared_folder
from tests.kafka_secured import PASSWORD, USER, authority, door
from tests.projections.log import Log
from tests.workers.conftest import log, parts
from tests.workers.supervised import supervised, until
from tests.working import work_until
from workers.relay import RUNNER

__all__ = ["log", "parts"]  # fixtures
pytestmark = pytest.mark.skipif(given_servers() is not None, reason="it has no such door")
WAITS = "SELECT detail FROM heartbeats WHERE runner = 'relay' AND state = 'waiting'"
# In a process of its own, where nobody else opens files or begins threads.
REFUSED = """
import os, sys, threading
import kafka
from adapters.kafka.access import required_access
from adapters.kafka.answering import opened
from adapters.kafka.errors import KafkaUnavailable
from adapters.settings import Settings

def held():
    return threading.active_count(), len(os.listdir("/proc/self/fd"))

access, began = required_access(Settings()), held()
for _ in range(2):
    try:
        opened(access, lambda client: getattr(kafka, sys.argv[1])(**client))
    except KafkaUnavailable as refused:
        print(refused)
print(*began)
print(*held())
"""
STANDS = "SELECT FROM positions WHERE runner = 'relay' AND position = 1"


@pytest.fixture
def settings(real_broker, kafka_servers, tmp_path, tmp_path_factory) -> Settings:
    """Those that let somebody in."""
    client = KafkaAdminClient(bootstrap_servers=kafka_servers)
    client.alter_user_scram_credentials(
        [UserScramCredentialUpsertion(USER, "SCRAM-SHA-512", PASSWORD)]
    )
    client.close()
    there = door(shared_folder(tmp_path_factory))
    return Settings(
        home=tmp_path,
        kafka_bootstrap_servers=there.address,
        kafka_tls=True,
        kafka_ca_file=there.authority,
        kafka_username=USER,
        kafka_password=PASSWORD,
        kafka_topic_prefix=new_prefix(),
        kafka_partitions=1,
    )


def knowing(parts: Parts, settings: Settings) -> Parts:
    names = [name for name in type(settings).model_fields if name.startswith("kafka_")]
    update = {name: getattr(settings, name) for name in names}
    return replace(parts, settings=parts.settings.model_copy(update=update))


def environment(settings: Settings) -> dict[str, str]:
    """Settings as an operator makes them."""
    return {
        "KAFKA_BOOTSTRAP_SERVERS": settings.kafka_bootstrap_servers,
        "AMTSWEG_KAFKA_TLS": str(settings.kafka_tls),
        "AMTSWEG_KAFKA_CA_FILE": str(settings.kafka_ca_file),
        "AMTSWEG_KAFKA_USERNAME": settings.kafka_username,
        "AMTSWEG_KAFKA_PASSWORD": settings.kafka_password,
        "AMTSWEG_KAFKA_TOPIC_PREFIX": settings.kafka_topic_prefix,
    }


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-512", "PLAIN"])
async def test_the_log_is_published_over_tls_by_somebody_who_signs_in(
    settings, parts, log: Log, mechanism
) -> None:
    known = settings.model_copy(update={"kafka_sasl_mechanism": mechanism})
    access = required_access(known)
    list(make_topics(access, all_topics(known)))
    await log.record(uuid4(), h.claimed)
    async with supervised(knowing(parts, known), RUNNER):
        await until(lambda: log.ask(STANDS))
    assert len(Topics(known, access).read(topic_name(access.prefix, "application"))) == 1


def test_of_a_wrong_password_status_tells_and_not_which(amtsweg, service_url, settings) -> None:
    wrong = {**environment(settings), "AMTSWEG_KAFKA_PASSWORD": "another"}
    asyncio.run(Log(service_url).record(uuid4(), h.claimed))
    said: list[str] = []

    def is_said() -> bool:
        with psycopg.connect(service_url) as connection:
            said[:] = [detail for (detail,) in connection.execute(WAITS).fetchall()]
        return any("see AMTSWEG_KAFKA_USERNAME and AMTSWEG_KAFKA_PASSWORD" in one for one in said)

    try:
        work_until(amtsweg.at(service_url), "relay", wrong, is_said)
    except AssertionError as error:
        error.add_note(str(said))
        raise
    assert "another" not in str(said)


@pytest.mark.parametrize("kind", ["KafkaProducer", "KafkaConsumer", "KafkaAdminClient"])
def test_whoever_is_refused_leaves_nothing_behind(settings, kind) -> None:
    """Time and again: a worker tries for as long as the password is wrong."""
    wrong = {**environment(settings), "AMTSWEG_KAFKA_PASSWORD": "another"}
    program = [sys.executable, "-c", REFUSED, kind]
    tried = subprocess.run(
        program, check=False, env={**os.environ, **wrong}, capture_output=True, text=True
    )
    *refusals, began, ended = tried.stdout.splitlines()
    assert len(refusals) == 2, tried.stderr
    assert all("see AMTSWEG_KAFKA_USERNAME and AMTSWEG_KAFKA_PASSWORD" in one for one in refusals)
    assert began == ended


def test_of_a_certificate_that_nobody_we_trust_has_signed_it_is_told(
    amtsweg, settings, tmp_path
) -> None:
    stranger = tmp_path / "stranger.pem"
    stranger.write_bytes(authority()[1].public_bytes(Encoding.PEM))
    wrong = {**environment(settings), "AMTSWEG_KAFKA_CA_FILE": str(stranger)}
    assert "see AMTSWEG_KAFKA_CA_FILE" in amtsweg("topics", **wrong).sentence


@pytest.mark.parametrize("tls", [True, False])
def test_who_takes_the_call_and_says_nothing_is_not_waited_for_without_end(amtsweg, tls) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        named = f"127.0.0.1:{silent.getsockname()[1]}"
        said = amtsweg("topics", KAFKA_BOOTSTRAP_SERVERS=named, AMTSWEG_KAFKA_TLS=str(tls))
    assert "see AMTSWEG_KAFKA_TLS" in said.sentence


def test_a_file_that_names_no_authority_is_refused(amtsweg, tmp_path) -> None:
    (tmp_path / "empty.pem").write_text("nobody")
    wrong = {"AMTSWEG_KAFKA_TLS": "true", "AMTSWEG_KAFKA_CA_FILE": str(tmp_path / "empty.pem")}
    said = amtsweg("topics", KAFKA_BOOTSTRAP_SERVERS="127.0.0.1:1", **wrong)
    assert "AMTSWEG_KAFKA_CA_FILE: should name authorities in PEM" in said.sentence


def test_who_comes_without_tls_is_told_of_it(amtsweg, settings) -> None:
    plain = {**environment(settings), "AMTSWEG_KAFKA_TLS": "false"}
    assert "see AMTSWEG_KAFKA_TLS" in amtsweg("topics", **plain).sentence
