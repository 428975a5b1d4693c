"""Loads go together over one connection: none hangs, none gets another's answer."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from adapters.event_store.coalescing import QUIET, TOLD_AT_ONCE, Coalesced
from adapters.event_store.errors import NotTaken, StoreUnavailable
from adapters.event_store.line import Line
from adapters.event_store.log import EventLog
from adapters.event_store.recorded import Loaded
from adapters.postgres.connecting import pool
from tests.adapters.event_store.proposals import (
    ONE,
    THREE,
    TWO,
    append_at_once,
    following,
    proposal,
)
from tests.domain.application import histories as past
from tests.keys import MAPPER

SHORT = 0.3
STEP_BACK = """UPDATE events SET recorded_at = recorded_at + interval '1 hour'
    WHERE originator_id = %s AND originator_version = 2"""


async def test_many_loads_at_once_each_get_their_own(appender, database_url) -> None:
    sizes = [(ONE, TWO, THREE)[n % 3] for n in range(60)]
    done = await append_at_once(appender, [proposal(events=events) for events in sizes])
    async with pool(database_url) as connections, Line(database_url) as line:
        log = EventLog(connections, MAPPER, line)
        loaded = await asyncio.gather(*(log.load(one.stream_id) for one in done))
        unknown = await log.load(uuid4())
    assert [tuple(one.events) for one in loaded] == sizes
    assert [one.hash for one in loaded] == [one.hash for one in done]
    assert unknown.version == 0


async def test_who_loads_the_same_at_once_gets_the_same(appender, database_url) -> None:
    done = await appender.append(proposal(events=past.handed_over))
    async with pool(database_url) as connections, Line(database_url) as line:
        log = EventLog(connections, MAPPER, line)
        one, *others = await asyncio.gather(*(log.load(done.stream_id) for _ in range(3)))
    assert (one.version, one.hash, one.key is not None) == (3, done.hash, True)
    for other in others:
        assert (other.events, other.hash) == (one.events, one.hash)
        assert other.key
        assert other.key.stream_id == done.stream_id


async def test_who_loads_alone_stays_awake_for_the_answer_and_who_loads_with_others_does_not(
    appender, database_url, monkeypatch
) -> None:
    done = await append_at_once(appender, [proposal(events=TWO) for _ in range(2)])
    one, other = (each.stream_id for each in done)
    stayed: list[bool] = []

    async def for_a_while(answer) -> None:
        stayed.append(answer.done())

    async with pool(database_url) as connections, Line(database_url) as line:
        log = EventLog(connections, MAPPER, line)
        await log.load(one)
        monkeypatch.setattr(line._talk._answers._awake, "for_a_while", for_a_while)
        await log.load(one)
        assert stayed == [False]
        await asyncio.gather(log.load(one), log.load(other))
    assert stayed == [False]


# The wire's end of a connection that was given up before it was taken.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_peer_that_has_gone_silent_is_given_up_and_asked_anew(wire, appender) -> None:
    done = await appender.append(proposal(events=TWO))
    async with pool(wire.url) as connections, Line(wire.url, SHORT) as line:
        log = EventLog(connections, MAPPER, line)
        assert (await until_loaded(log, done.stream_id)).version == 2
        wire.is_silent = True
        loads = [asyncio.create_task(log.load(done.stream_id)) for _ in range(3)]
        told = await asyncio.wait_for(asyncio.gather(*loads, return_exceptions=True), 60)
        assert {type(one) for one in told} == {StoreUnavailable}
        wire.is_silent = False
        assert (await until_loaded(log, done.stream_id)).version == 2


async def until_loaded(log: EventLog, stream_id: UUID) -> Loaded:
    """With as little patience as here, a busy machine may take longer for an answer."""
    async with asyncio.timeout(60):
        while True:
            with suppress(StoreUnavailable):
                return await log.load(stream_id)


async def test_a_cut_line_is_opened_anew(wire, appender) -> None:
    done = await appender.append(proposal(events=TWO))
    async with pool(wire.url) as connections, Line(wire.url) as line:
        log = EventLog(connections, MAPPER, line)
        await log.load(done.stream_id)
        wire.go_down()
        wire.come_back()
        assert (await log.load(done.stream_id)).version == 2


async def test_whoever_leaves_takes_nobody_along() -> None:
    asked: list[list[int]] = []

    async def read(keys):
        asked.append(list(keys))
        await asyncio.sleep(0.02)
        return {key: key * 10 for key in keys}

    reads = Coalesced(read)
    first = asyncio.create_task(reads.get(1))
    await asyncio.sleep(0)
    others = [asyncio.create_task(reads.get(n)) for n in (2, 3, 3)]
    await asyncio.sleep(0)
    first.cancel()
    assert await asyncio.gather(*others) == [20, 30, 30]
    assert len(asked) == 2
    assert await reads.get(4) == 40


async def test_who_asks_in_the_same_moment_is_answered_by_one_read() -> None:
    asked: list[list[int]] = []

    async def read(keys):
        asked.append(sorted(keys))
        return {key: key for key in keys}

    reads = Coalesced(read)
    assert await asyncio.gather(*(reads.get(n) for n in (1, 2, 2))) == [1, 2, 2]
    assert asked == [[1, 2]]


async def test_what_the_first_ask_for_next_is_read_before_the_last_are_told() -> None:
    asked: list[int] = []
    asked_when_told: list[int] = []

    async def read(keys):
        asked.extend(keys)
        return {key: key for key in keys}

    async def ask_twice(key: int) -> None:
        await reads.get(key)
        asked_when_told.append(len(asked))
        await reads.get(key + 1000)

    reads = Coalesced(read)
    await asyncio.gather(*(ask_twice(n) for n in range(3 * TOLD_AT_ONCE)))
    assert asked_when_told[0] == 3 * TOLD_AT_ONCE
    assert asked_when_told[-1] >= 4 * TOLD_AT_ONCE


async def test_who_was_alone_reads_at_once_and_waits_for_others_again_after_company() -> None:
    asked: list[list[int]] = []
    may_go_on = asyncio.Event()

    async def read(keys):
        asked.append(sorted(keys))
        await may_go_on.wait()
        return {key: key for key in keys}

    reads = Coalesced(read)
    may_go_on.set()
    for _ in range(QUIET):
        await reads.get(1)
    asked.clear()
    may_go_on.clear()
    burst = [asyncio.create_task(reads.get(n)) for n in (2, 3, 4)]
    await asyncio.sleep(0)
    assert asked == [[2]]
    may_go_on.set()
    assert await asyncio.gather(*burst) == [2, 3, 4]
    assert await asyncio.gather(*(reads.get(n) for n in (5, 6))) == [5, 6]
    assert asked == [[2], [3, 4], [5, 6]]


async def test_who_reads_alone_and_leaves_or_fails_leaves_the_way_free() -> None:
    async def read(keys):
        if keys == [0]:
            await asyncio.sleep(60)
        if keys == [1]:
            raise StoreUnavailable
        return {key: key for key in keys}

    reads = Coalesced(read)
    for _ in range(QUIET):
        assert await reads.get(7) == 7
    with pytest.raises(StoreUnavailable):
        await reads.get(1)
    gone = asyncio.create_task(reads.get(0))
    await asyncio.sleep(0)
    other = asyncio.create_task(reads.get(8))
    await asyncio.sleep(0)
    gone.cancel()
    assert await asyncio.wait_for(other, 60) == 8
    assert gone.cancelled()


async def test_who_reads_in_vain_is_told_and_the_next_are_read() -> None:
    others_ask = asyncio.Event()

    async def read(keys):
        await others_ask.wait()
        if 1 in keys:
            raise StoreUnavailable
        return {key: key for key in keys}

    reads = Coalesced(read)
    asking = [asyncio.create_task(reads.get(2))]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    asking += [asyncio.create_task(reads.get(n)) for n in (1, 3)]
    await asyncio.sleep(0)
    others_ask.set()
    told = await asyncio.gather(*asking, return_exceptions=True)
    assert [type(one) for one in told] == [int, StoreUnavailable, StoreUnavailable]
    assert await reads.get(5) == 5


async def test_as_of_a_moment_a_history_has_no_gap_although_the_clock_stepped_back(
    appender, log, database_url
) -> None:
    before = await appender.append(proposal(events=TWO))
    await appender.append(following(before))
    with psycopg.connect(database_url) as superuser:
        superuser.execute("ALTER TABLE events DISABLE TRIGGER events_are_append_only")
        superuser.execute(STEP_BACK, (before.stream_id,))
    *_, last = await log.history(before.stream_id)
    as_of = await log.history(before.stream_id, at=last.recorded_at + timedelta(seconds=1))
    assert [one.version for one in as_of] == [1]


async def test_what_the_database_does_not_take_fails_alone(appender, log, database_url) -> None:
    with psycopg.connect(database_url) as owner:
        owner.execute("ALTER TABLE events ADD CONSTRAINT no_three CHECK (originator_version < 3)")
    answers = await append_at_once(
        appender, [proposal(events=TWO), proposal(events=THREE), proposal(events=ONE)]
    )
    assert [getattr(one, "position", None) for one in answers] == [2, None, 3]
    assert isinstance(answers[1], NotTaken)
    assert await log.head() == 3


@pytest.mark.parametrize("swallowed", [1, 3])
async def test_closing_ends_although_cancellations_are_lost(
    appender, monkeypatch, swallowed: int
) -> None:
    asking = asyncio.Event()
    left = swallowed

    async def ask(*_):
        nonlocal left
        asking.set()
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                left -= 1
                if left < 0:
                    raise

    monkeypatch.setattr(appender._line, "ask", ask)
    waiting = asyncio.create_task(appender.append(proposal()))
    await asking.wait()
    await asyncio.wait_for(appender.__aexit__(), 60)
    with pytest.raises(StoreUnavailable):
        await waiting
