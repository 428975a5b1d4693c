"""The broker is killed under load and comes back: nobody is kept waiting, nothing lost or twice."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import psycopg
import pytest

from adapters.kafka.access import required_access
from adapters.kafka.broker import Broker, broker_in
from adapters.kafka.making_topics import make_topics
from adapters.kafka.topic_names import topic_name
from adapters.kafka.topics import topics as all_topics
from adapters.postgres.connecting import OPTIONS
from adapters.settings import Settings
from tests.commands import CommandLine
from tests.domain.application import happened as h
from tests.kafka import Topics, require_java
from tests.killable import until
from tests.projections.log import Log
from tests.workers.lives_told import submitted

LIFE = (submitted(), h.paid(), h.received)
DOWN_SECONDS, SLOWEST_SECONDS = 10, 5
RELAYED = """SELECT (SELECT position FROM positions WHERE runner = 'relay')
    = (SELECT max(notification_id) FROM events)"""
WAITS = "SELECT true FROM heartbeats WHERE runner = 'relay' AND state = 'waiting'"
SOMEBODY_TOLD = "SELECT count(*) > 3 FROM notifications"
TOLD = "SELECT application_id FROM notifications WHERE template = 'received-1'"
CONSUMED = """SELECT (SELECT position FROM positions WHERE runner = 'notifier')
    = (SELECT max(notification_id) FROM events)"""


@pytest.fixture
def broker(tmp_path) -> Iterator[Broker]:
    require_java()
    broker = broker_in(tmp_path / "kafka")
    broker.start()
    try:
        yield broker
    finally:
        broker.kill()


@dataclass
class Applicants:
    """They submit one after the other, all the time, and remember who was kept waiting."""

    url: str
    submitted: list[UUID] = field(default_factory=list)
    slowest: float = 0.0
    told_to_stop: bool = False

    async def submit(self) -> None:
        log = Log(self.url)
        while not self.told_to_stop:
            stream = uuid4()
            for event in LIFE:
                began = time.monotonic()
                await log.record(stream, event)
                self.slowest = max(self.slowest, time.monotonic() - began)
            self.submitted.append(stream)


def ask(url: str, question: str) -> list[tuple]:
    with psycopg.connect(url, options=OPTIONS) as connection:
        return connection.execute(question).fetchall()


def is_so(url: str, question: str) -> bool:
    return ask(url, question) == [(True,)]


@asynccontextmanager
async def under_load(url: str, command: CommandLine, servers: str) -> AsyncIterator[Applicants]:
    """Two workers work, and people submit; in the end, all that they submitted is recorded."""
    applicants = Applicants(url)
    submitting = asyncio.create_task(applicants.submit())
    runners, kafka = ("work", "relay", "notifier"), {"KAFKA_BOOTSTRAP_SERVERS": servers}
    workers = [command.begin(*runners, **kafka) for _ in range(2)]
    try:
        yield applicants
    finally:
        applicants.told_to_stop = True
        for worker in workers:
            worker.process.kill()
        await submitting
    for worker in workers:
        said = worker.told.splitlines()
        assert all(line.startswith('{"') for line in said), worker.told  # ours, not the client's


async def becomes(url: str, question: str) -> None:
    await asyncio.to_thread(until, lambda: is_so(url, question), question)


async def test_a_broker_that_is_killed_and_comes_back(
    amtsweg, service_url, broker, tmp_path
) -> None:
    settings = Settings(home=tmp_path, kafka_bootstrap_servers=broker.address, kafka_partitions=3)
    topics = Topics(settings, required_access(settings))
    list(make_topics(topics.access, all_topics(settings)))
    async with under_load(service_url, amtsweg.at(service_url), broker.address) as applicants:
        await becomes(service_url, SOMEBODY_TOLD)
        broker.kill()
        await becomes(service_url, WAITS)
        before, told = len(applicants.submitted), len(ask(service_url, TOLD))
        await asyncio.sleep(DOWN_SECONDS)
        assert len(applicants.submitted) > before  # nobody is kept waiting
        assert len(ask(service_url, TOLD)) > told  # and they are told, from the log
        await asyncio.to_thread(broker.start)
        applicants.told_to_stop = True
        await becomes(service_url, RELAYED)
        await becomes(service_url, CONSUMED)
    assert applicants.slowest < SLOWEST_SECONDS
    assert sorted(ask(service_url, TOLD)) == sorted((s,) for s in applicants.submitted)
    assert first_met(topics) == {stream: [1, 2, 3] for stream in applicants.submitted}


def first_met(topics: Topics) -> dict[UUID, list[int]]:
    """By stream, in the order in which a consumer meets each version first."""
    found: dict[UUID, dict[int, None]] = {}
    for message in topics.read(topic_name(topics.access.prefix, "application")):
        version = int(dict(message.headers)["ce_streamversion"])
        found.setdefault(UUID(message.key.decode()), {})[version] = None
    return {stream: list(versions) for stream, versions in found.items()}
