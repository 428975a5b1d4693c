"""Nobody waits for ever: a store that is full, closed, held up or away says so in time."""

import asyncio
from collections.abc import AsyncIterator
from itertools import count

import pytest

from adapters.event_store import appender as appending
from adapters.event_store.appender import Appender
from adapters.event_store.errors import StoreIsBusy, StoreUnavailable
from tests.adapters.event_store.proposals import (
    append_at_once,
    blocked_appends,
    held_up,
    proposal,
    until,
)
from tests.keys import MAPPER

SHORT, MANY = 0.3, 300


@pytest.fixture
async def impatient(wire) -> AsyncIterator[Appender]:
    async with Appender(wire.url, MAPPER, patience=SHORT) as appender:
        yield appender


async def under_way(appender: Appender, url: str) -> asyncio.Task:
    """An append that has been sent and waits for a lock."""
    task = asyncio.create_task(appender.append(proposal()))
    await until(lambda: blocked_appends(url))
    return task


async def test_a_full_queue_says_so_and_takes_more_once_it_is_empty(
    appender, log, database_url, monkeypatch
) -> None:
    monkeypatch.setattr(appending, "MAX_WAITING", 2)
    async with held_up(database_url):
        await under_way(appender, database_url)
        queued = append_at_once(appender, [proposal() for _ in range(3)])
        await asyncio.sleep(0)
    assert [type(a) for a in await queued].count(StoreIsBusy) == 1
    assert (await appender.append(proposal())).position == 4


async def test_closing_tells_those_who_wait(database_url, log) -> None:
    async with held_up(database_url):
        async with Appender(database_url, MAPPER) as appender:
            sent = await under_way(appender, database_url)
            queued = asyncio.create_task(appender.append(proposal()))
            await asyncio.sleep(0)
        answers = await asyncio.gather(sent, queued, return_exceptions=True)
    assert [type(a) for a in answers] == [StoreUnavailable, StoreUnavailable]
    assert await log.head() == 0


async def test_a_closed_store_takes_nothing(database_url) -> None:
    async with Appender(database_url, MAPPER) as appender:
        pass
    with pytest.raises(StoreUnavailable):
        await appender.append(proposal())


async def test_a_cancelled_caller_leaves_nothing_if_it_was_not_sent(
    appender, log, database_url
) -> None:
    async with held_up(database_url):
        sent = await under_way(appender, database_url)
        gone = asyncio.create_task(appender.append(proposal()))
        await asyncio.sleep(0)
        gone.cancel()
    await asyncio.gather(sent, gone, return_exceptions=True)
    assert gone.cancelled()
    assert ((await appender.append(proposal())).position, await log.head()) == (2, 2)


async def test_a_caller_cancelled_after_sending_disturbs_nobody_and_may_ask_again(
    appender, log, database_url
) -> None:
    asked = proposal()
    async with held_up(database_url):
        gone = asyncio.create_task(appender.append(asked))
        await until(lambda: blocked_appends(database_url))
        gone.cancel()
        other = asyncio.create_task(appender.append(proposal()))
    assert (await other).position == 2
    assert (await appender.append(asked)).replayed
    assert await log.head() == 2


async def test_a_lock_that_stays_ends_in_a_clear_error(database_url, log) -> None:
    async with Appender(database_url, MAPPER, patience=SHORT) as appender:
        async with held_up(database_url):
            with pytest.raises(StoreUnavailable, match=r"no answer in 0\.3 seconds"):
                await appender.append(proposal())
        assert (await until_stored(appender)) == await log.head()


async def until_stored(appender: Appender) -> int:
    """The position of an append that is tried until the store answers again.

    It is one append all the while: one that was not answered in time may be stored all the same.
    """
    asked = proposal()
    for _ in count():
        try:
            return (await appender.append(asked)).position
        except StoreUnavailable:
            await asyncio.sleep(0.01)
    raise AssertionError


async def test_a_database_that_is_down_is_waited_for(wire, log) -> None:
    async with Appender(wire.url, MAPPER) as patient:
        await patient.append(proposal())
        wire.go_down()
        waiting = append_at_once(patient, [proposal() for _ in range(9)])
        await asyncio.sleep(SHORT)
        wire.come_back()
        assert sorted(a.position for a in await waiting) == list(range(2, 11))
    assert await log.head() == 10


async def test_a_database_down_for_too_long_is_unavailable_then_heals(wire, impatient, log) -> None:
    wire.go_down()
    answers = await append_at_once(impatient, [proposal() for _ in range(3)])
    assert {type(a) for a in answers} == {StoreUnavailable}
    wire.come_back()
    assert await until_stored(impatient) == await log.head() == 1


async def test_patience_counts_from_the_call_also_behind_many_others(
    wire, impatient, monkeypatch
) -> None:
    monkeypatch.setattr(appending, "MAX_BATCH", 1)
    wire.go_down()
    async with asyncio.timeout(MANY * SHORT / 5):  # one after another would take all of it
        answers = await append_at_once(impatient, [proposal() for _ in range(MANY)])
    assert {type(a) for a in answers} == {StoreUnavailable}


async def test_a_database_that_falls_silent_is_unavailable_then_heals(wire, impatient) -> None:
    before = await until_stored(impatient)
    wire.is_silent = True
    with pytest.raises(StoreUnavailable):
        await impatient.append(proposal())
    wire.is_silent = False
    wire.go_down()
    wire.come_back()
    assert await until_stored(impatient) > before
