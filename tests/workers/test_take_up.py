"""What was set aside is taken up again when a person sends it back: in order, or not at all."""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID, uuid4

import pytest

from adapters.kafka.publisher import Publisher
from adapters.kafka.topic_names import topic_name
from adapters.runner_names import RELAY
from projections.worklist import WORKLIST
from tests.domain.application import happened as h
from tests.domain.application.asked import submit
from tests.projections.log import Log
from tests.workers.supervised import supervised, until
from workers import relay as relay_module
from workers import take_up
from workers.project import projecting
from workers.relay import Relay
from workers.take_up import TakingUp

LIFE = (h.submitted(submit), h.claimed, h.approved)
NAME = "somebody"
SEND_BACK = "UPDATE parked SET requeued_at = clock_timestamp()"
PARK = """INSERT INTO parked (runner, stream_id, position, error)
    SELECT 'somebody', originator_id, notification_id, 'ValueError' FROM events"""
SPOIL = "UPDATE events SET state = 'spoilt' WHERE notification_id = 2"
MEND = "UPDATE events SET state = (SELECT state FROM kept) WHERE notification_id = 2"
UNGUARDED = "SET session_replication_role = replica"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch) -> None:
    monkeypatch.setattr(take_up, "LOOK_SECONDS", 0)


class Work:
    def __init__(self, fails_at: int = 0, error: Exception | None = None) -> None:
        self.fails_at, self.error = fails_at, error or ValueError("Eva Muster")
        self.done: list[int] = []

    async def __call__(self, row: Sequence) -> None:
        if row[2] == self.fails_at:
            raise self.error
        self.done.append(row[2])


async def look(log: Log, work: Work) -> None:
    async with log.connection() as connection:
        await TakingUp(NAME).look(connection, work)


async def parked(log: Log) -> list[tuple]:
    rows = await log.ask("SELECT position, error, requeued_at FROM parked ORDER BY position")
    return [tuple(row.values()) for row in rows]


async def test_what_is_not_sent_back_stays_where_it_is(log) -> None:
    await log.record(uuid4(), *LIFE)
    await log.do(PARK)
    work = Work()
    await look(log, work)
    assert (work.done, len(await parked(log))) == ([], 3)


async def test_a_stream_that_is_sent_back_is_taken_up_in_order(log) -> None:
    await log.record(uuid4(), *LIFE)
    await log.do(PARK, SEND_BACK)
    work = Work()
    await look(log, work)
    assert (work.done, await parked(log)) == ([1, 2, 3], [])


async def test_one_that_fails_again_keeps_what_follows_it_aside(log) -> None:
    await log.record(uuid4(), *LIFE)
    await log.do(PARK, SEND_BACK)
    work = Work(fails_at=2, error=KeyError("Eva Muster"))
    await look(log, work)
    assert work.done == [1]
    assert await parked(log) == [(2, "KeyError", None), (3, "ValueError", None)]


async def test_what_is_set_aside_meanwhile_is_taken_up_as_well(log) -> None:
    """Kafka may bring the next event of the stream to a consumer, who finds it parked."""
    await log.record(uuid4(), *LIFE)
    await log.do(f"{PARK} WHERE notification_id < 3", SEND_BACK)
    work = Work()

    async def meanwhile(row: Sequence) -> None:
        if not work.done:
            await log.do(f"{PARK} WHERE notification_id = 3")
        await work(row)

    async with log.connection() as connection:
        await TakingUp(NAME).look(connection, meanwhile)
    assert (work.done, await parked(log)) == ([1, 2, 3], [])


async def test_what_will_pass_leaves_it_sent_back(log) -> None:
    await log.record(uuid4(), *LIFE)
    await log.do(PARK, SEND_BACK)
    with pytest.raises(OSError, match="down"):
        await look(log, Work(fails_at=2, error=OSError("down")))
    assert [position for position, _, back in await parked(log) if back] == [1, 2, 3]


async def test_a_read_model_shows_what_was_sent_back_to_it(log, parts) -> None:
    stream = uuid4()
    await log.record(stream, *LIFE)
    keep = "CREATE TABLE kept AS SELECT state FROM events WHERE notification_id = 2"
    await log.do(UNGUARDED, keep, SPOIL)
    async with supervised(parts, projecting(WORKLIST)):
        await until(lambda: log.ask("SELECT FROM parked OFFSET 1"))
        assert [p[0] for p in await parked(log)] == [2, 3]
        await log.do(UNGUARDED, MEND, SEND_BACK)
        await until(lambda: _nothing_parked(log))
    (row,) = await log.rows(WORKLIST)
    assert (row["application_id"], row["status"]) == (stream, "approved")


async def _nothing_parked(log: Log) -> bool:
    return not await log.parked()


@pytest.fixture
async def relay(parts, topics) -> AsyncIterator[Relay]:
    publisher = Publisher(topics.access)
    yield Relay(parts, publisher)
    await publisher.close()


async def test_the_relay_publishes_what_was_sent_back_to_it(
    log, relay, topics, monkeypatch
) -> None:
    stream = uuid4()
    await log.record(stream, *LIFE)
    async with log.connection() as connection:
        with monkeypatch.context() as small:
            small.setattr(relay_module, "LARGEST_BYTES", relay_module.MOST_HEADERS)
            await relay.step(connection)
        assert len(await log.parked()) == 3
        await log.do(SEND_BACK)
        await TakingUp(RELAY).look(connection, relay.publish_parked)
    found = topics.read(topic_name(topics.access.prefix, "application"))
    versions = [int(dict(message.headers)["ce_streamversion"]) for message in found]
    assert (versions, await log.parked()) == ([1, 2, 3], [])
    assert {UUID(message.key.decode()) for message in found} == {stream}
