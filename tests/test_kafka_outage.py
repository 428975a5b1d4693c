"""The broker dies under load and comes back: over HTTP nobody notices, nothing is lost or twice."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from random import Random
from uuid import UUID

import psycopg
import pytest

from adapters.kafka.access import required_access
from adapters.kafka.broker import Broker, broker_in
from adapters.kafka.topic_names import topic_name
from adapters.postgres.connecting import OPTIONS
from adapters.postgres.finding import running
from adapters.settings import Settings
from domain.application.events import ApplicationEvent
from tests.aftermath import Aftermath, look
from tests.applicants import Applicants
from tests.kafka import Topics, require_real_broker
from tests.killable import Killable, until
from tests.processes import PROC

pytestmark = pytest.mark.skipif(not PROC.exists(), reason="it finds processes in /proc")
SEED, PEOPLE = 20_210_616, 4
DICE = Random(SEED)  # noqa: S311 -- it guards nothing
WAITS = "SELECT count(*) FROM heartbeats WHERE runner = 'relay' AND state = 'waiting'"
WITHOUT_IT = """SELECT count(*) FROM heartbeats WHERE runner = 'notifier'
    AND detail = 'from the log; no Kafka'"""
TOLD = "SELECT count(*) FROM notifications"
LEFT = """SELECT count(*) FROM positions
    WHERE position < (SELECT max(notification_id) FROM events)"""


@pytest.fixture(scope="module")
def broker(tmp_path_factory) -> Iterator[Broker]:
    require_real_broker()
    broker = broker_in(tmp_path_factory.mktemp("broker"))
    broker.start()
    try:
        yield broker
    finally:
        broker.kill()


@pytest.fixture(scope="module")
def installation(tmp_path_factory, broker) -> Iterator[Killable]:
    """`amtsweg run` beside that broker, which has no topics yet."""
    home = tmp_path_factory.mktemp("outage")
    kafka = {"KAFKA_BOOTSTRAP_SERVERS": broker.address, "AMTSWEG_KAFKA_PARTITIONS": "3"}
    installation = Killable(home, settings=kafka)
    try:
        installation.start()
        yield installation
    finally:
        installation.cut_the_power(DICE)


@pytest.fixture(scope="module")
def after(installation, broker) -> Aftermath:
    applicants = Applicants(installation, SEED)
    with ThreadPoolExecutor(PEOPLE) as threads, applicants.applying(threads, PEOPLE):
        applicants.go_on(10)
        _becomes(installation, TOLD, lambda told: told > 0)
        broker.kill()
        _becomes(installation, WAITS, bool)
        _becomes(installation, WITHOUT_IT, bool)
        told = _asked(installation, TOLD)
        applicants.go_on(30)
        _becomes(installation, TOLD, lambda now: now > told)  # from the log
        broker.start()
        applicants.go_on(10)
    _becomes(installation, LEFT, lambda left: left == 0)
    return look(applicants, [])


def _asked(installation: Killable, question: str) -> int:
    with psycopg.connect(running(installation.home)["database"], options=OPTIONS) as connection:
        row = connection.execute(question).fetchone()
        return row[0] if row else 0


def _becomes(installation: Killable, question: str, wanted) -> None:
    until(lambda: wanted(_asked(installation, question)), question)


def test_no_command_fails_or_has_to_be_asked_again(after) -> None:
    assert len(after.applicants.acknowledged) >= 50
    assert [one for one in after.applicants.acknowledged if one.tries > 1] == []


def test_each_application_is_in_kafka_whole_and_in_order(after, broker) -> None:
    settings = Settings(home=after.applicants.installation.home)
    settings = settings.model_copy(update={"kafka_bootstrap_servers": broker.address})
    access = required_access(settings)
    met: dict[UUID, dict[int, None]] = {}
    for message in Topics(settings, access).read(topic_name(access.prefix, "application")):
        version = int(dict(message.headers)["ce_streamversion"])
        met.setdefault(UUID(message.key.decode()), {})[version] = None
    ours = sorted((e.stream_id, e.version) for e in after.log if _is_of_application(e.event))
    recorded = {stream: [v for _, v in some] for stream, some in groupby(ours, lambda e: e[0])}
    assert {stream: list(versions) for stream, versions in met.items()} == recorded


def _is_of_application(event: object) -> bool:
    return isinstance(event, ApplicationEvent)


def test_everybody_is_told_once(after) -> None:
    assert after.mails
    assert sorted(after.mails_sent) == sorted(after.mails_called_for)


def test_run_makes_the_topics_and_says_where_kafka_is(installation, broker) -> None:
    assert f"Kafka              {broker.address}" in installation.output


def test_run_goes_on_without_a_kafka_that_does_not_answer(tmp_path) -> None:
    alone = Killable(tmp_path, settings={"KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"})
    try:
        alone.start()
        said = " ".join(alone.output.split())
        assert "Kafka does not answer" in said
        assert "that `topics` was run" in said
    finally:
        alone.cut_the_power(DICE)
