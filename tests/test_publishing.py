"""The commands about Kafka, what others read there, and a relay that dies at every step."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
from contextlib import suppress
from uuid import UUID, uuid4

import psycopg
import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka_event

from adapters.crash_points import CrashPoint
from adapters.kafka.topic_names import topic_name
from tests.commands import CommandLine
from tests.domain.application import happened as h
from tests.domain.application.asked import submit
from tests.kafka import Topics, new_prefix
from tests.missing import missing
from tests.projections.log import Log
from tests.working import work_until

LIFE = (h.submitted(submit), h.claimed, h.approved)
STANDS = "SELECT position, applied FROM positions WHERE runner = 'relay'"
HEAD = "SELECT coalesce(max(notification_id), 0), count(*) FROM events"
OF_RELAY = [point for point in CrashPoint if point.startswith("relay.")]
KCAT = ("apt-get", "install", "-y", "-qq", "--no-install-recommends", "kcat")
MADE = "{}: made, 3 partitions, kept 30 days"


@pytest.fixture
def settings(topics) -> dict[str, str]:
    return {
        "KAFKA_BOOTSTRAP_SERVERS": topics.access.servers,
        "AMTSWEG_KAFKA_TOPIC_PREFIX": topics.access.prefix,
        "AMTSWEG_KAFKA_PARTITIONS": "3",
    }


@pytest.fixture
def here(amtsweg, service_url) -> CommandLine:
    return amtsweg.at(service_url)


def applications(topics: Topics) -> str:
    return topic_name(topics.access.prefix, "application")


def stands(url: str) -> tuple[int, int]:
    with psycopg.connect(url) as connection:
        return connection.execute(STANDS).fetchone() or (0, 0)


def is_at_head(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return connection.execute(HEAD).fetchone() == connection.execute(STANDS).fetchone()


def relay_all(here: CommandLine, url: str, settings: dict[str, str]) -> None:
    work_until(here, "relay", settings, lambda: is_at_head(url))


def versions(topics: Topics) -> dict[UUID, list[int]]:
    """By stream, in the order that a consumer meets them."""
    found: dict[UUID, list[int]] = {}
    for message in topics.read(applications(topics)):
        headers = dict(message.headers)
        found.setdefault(UUID(message.key.decode()), []).append(int(headers["ce_streamversion"]))
    return found


@pytest.mark.parametrize("point", OF_RELAY)
async def test_a_relay_that_dies_loses_nothing_and_keeps_the_order(
    here, service_url, settings, topics, point
) -> None:
    streams = [uuid4() for _ in range(4)]
    await Log(service_url).record_all([(s, event) for event in LIFE for s in streams])
    died = here("work", "relay", **settings, AMTSWEG_CRASH_AT=point)
    assert died.code == -signal.SIGKILL
    relay_all(here, service_url, settings)
    for met in versions(topics).values():
        assert list(dict.fromkeys(met)) == [1, 2, 3]
    assert set(versions(topics)) == set(streams)


def test_a_crash_point_that_there_is_not_is_answered_with_those_there_are(amtsweg) -> None:
    sentence = amtsweg("work", AMTSWEG_CRASH_AT="nowhere").sentence
    assert "AMTSWEG_CRASH_AT" in sentence
    assert all(point in sentence for point in CrashPoint)


async def test_what_was_published_is_published_again_on_demand(
    here, service_url, settings, topics
) -> None:
    stream = uuid4()
    await Log(service_url).record(stream, *LIFE)
    assert "stands at: 0" in here("republish", "--from", "1", **settings).sentence
    relay_all(here, service_url, settings)
    said = here("republish", "--from", "2", **settings)
    assert (said.code, said.out) == (
        0,
        "The relay publishes positions 2 to 3 again, and goes on from there.\n",
    )
    assert stands(service_url) == (1, 1)
    relay_all(here, service_url, settings)
    assert versions(topics) == {stream: [1, 2, 3, 2, 3]}
    assert "stands at: 3" in here("republish", "--from", "4", **settings).sentence


def test_while_the_relay_is_at_work_it_is_said_that_it_is(amtsweg, database_url) -> None:
    with psycopg.connect(database_url) as relay:
        relay.execute("INSERT INTO positions (runner, position) VALUES ('relay', 7)")
        relay.commit()
        relay.execute("SELECT FROM positions WHERE runner = 'relay' FOR UPDATE")
        said = amtsweg.at(database_url)(
            "republish", "--from", "2", KAFKA_BOOTSTRAP_SERVERS="127.0.0.1:1"
        )
    assert "is at work on what this command needs" in said.sentence
    assert "DATABASE_URL" not in said.sentence
    assert stands(database_url) == (7, 0)


def test_topics_are_made_once_and_never_with_other_partitions(
    real_broker, amtsweg, kafka_servers
) -> None:
    prefix = new_prefix()
    given = {
        "KAFKA_BOOTSTRAP_SERVERS": kafka_servers,
        "AMTSWEG_KAFKA_TOPIC_PREFIX": prefix,
        "AMTSWEG_KAFKA_PARTITIONS": "3",
    }
    made = amtsweg("topics", **given).out.splitlines()
    assert MADE.format(topic_name(prefix, "application")) in made
    assert f"{topic_name(prefix, 'checkpoints')}: made, 1 partition, compacted" in made
    again = amtsweg("topics", **given | {"AMTSWEG_KAFKA_RETENTION_DAYS": "7"}).out.splitlines()
    assert [line.replace("is there", "made").replace("7 days", "30 days") for line in again] == made
    refused = amtsweg("topics", **given | {"AMTSWEG_KAFKA_PARTITIONS": "4"}).sentence
    assert "AMTSWEG_KAFKA_PARTITIONS" in refused
    assert f"{topic_name(prefix, 'application')} has 3" in refused


@pytest.mark.parametrize("command", [["topics"], ["republish", "--from", "1"]])
def test_without_kafka_it_is_said_where_to_name_it(amtsweg, database_url, command) -> None:
    sentence = amtsweg.at(database_url)(*command).sentence
    assert "set KAFKA_BOOTSTRAP_SERVERS" in sentence


def test_a_kafka_that_does_not_answer_is_said(amtsweg) -> None:
    sentence = amtsweg("topics", KAFKA_BOOTSTRAP_SERVERS="127.0.0.1:1").sentence
    assert "check KAFKA_BOOTSTRAP_SERVERS" in sentence


async def test_the_sdk_of_cloud_events_reads_them(here, service_url, settings, topics) -> None:
    await Log(service_url).record(uuid4(), h.claimed)
    relay_all(here, service_url, settings)
    (message,) = topics.read(applications(topics))
    event = from_kafka_event(KafkaMessage(dict(message.headers), message.key, message.value))
    assert event.get_specversion() == "1.0"
    assert event.get_type() == "amtsweg.application.ApplicationClaimed"
    assert event.get_subject() == message.key.decode()
    assert event.get_data().keys() == {"claimed_at"}


def test_kcat_reads_them(here, service_url, settings, topics) -> None:
    kcat = _kcat()
    asyncio.run(Log(service_url).record(uuid4(), *LIFE))
    relay_all(here, service_url, settings)
    done = subprocess.run(
        [kcat, "-b", topics.access.servers, "-C", "-e", "-J", "-t", applications(topics)],
        capture_output=True, check=True, timeout=60,
    )  # fmt: skip
    read = [json.loads(line) for line in done.stdout.splitlines()]
    headers = [dict(zip(m["headers"][::2], m["headers"][1::2], strict=True)) for m in read]
    assert [told["ce_streamversion"] for told in headers] == ["1", "2", "3"]
    assert {m["key"] for m in read} == {told["ce_subject"] for told in headers}


def _kcat() -> str:
    if shutil.which("kcat") is None and os.geteuid() == 0 and shutil.which("apt-get"):
        with suppress(subprocess.SubprocessError):
            subprocess.run(KCAT, check=True, timeout=240)
    found = shutil.which("kcat")
    if found is None:
        missing("kcat is not installed: apt-get install kcat")
    return found
