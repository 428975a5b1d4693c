"""Whoever follows the log sees every event once, in order, whoever writes meanwhile."""

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest

from adapters.event_store.log import EventLog
from adapters.event_store.recorded import Recorded
from tests.adapters.event_store.holes import streams_with_holes
from tests.adapters.event_store.proposals import THREE, TWO, append_at_once, following, proposal

STREAM = uuid4()
WRITERS = [("group", "40"), ("group", "40"), ("library", "100")]
FEWEST_WHILE_WRITING = 5  # pages, else the reader only came afterwards


async def writer(url: str, kind: str, count: str) -> asyncio.subprocess.Process:
    module = "tests.adapters.event_store.writing"
    return await asyncio.create_subprocess_exec(sys.executable, "-m", module, url, kind, count)


async def followed(log: EventLog, writing: asyncio.Future) -> AsyncIterator[list[Recorded]]:
    """Pages of the log until nobody writes any more."""
    after, last_round = 0, False
    while not last_round:
        last_round = writing.done()
        async for page in log.read(after):
            after = page[-1].position
            yield list(page)


@pytest.fixture
async def pages(log, database_url) -> list[list[Recorded]]:
    processes = [await writer(database_url, *kind) for kind in WRITERS]
    writing = asyncio.gather(*(process.wait() for process in processes))
    pages = [page async for page in followed(log, writing)]
    assert await writing == [0, 0, 0]
    return pages


async def test_a_reader_misses_nothing_that_several_processes_write(pages, log) -> None:
    seen = [event for page in pages for event in page]
    assert len(pages) >= FEWEST_WHILE_WRITING
    assert [e.position for e in seen] == list(range(1, len(seen) + 1))
    assert await log.rows("SELECT count(*) FROM events") == [(len(seen),)]
    assert streams_with_holes(seen) == set()


async def test_pages_end_where_asked(appender, log) -> None:
    await append_at_once(appender, [proposal(events=TWO) for _ in range(5)])
    assert [e.position for e in await log.page(3, upto=6)] == [4, 5, 6]
    assert [e.position for e in await log.page(3, limit=2)] == [4, 5]
    assert await log.page(10) == []
    assert [len(page) async for page in log.read(after=4, upto=9)] == [5]


async def test_a_history_is_read_as_it_was_at_a_version(appender, log) -> None:
    before = await appender.append(proposal(STREAM, 0, THREE))
    await appender.append(following(before, TWO))
    assert [e.event for e in await log.history(STREAM, version=3)] == list(THREE)
    assert [e.version for e in await log.history(STREAM)] == [1, 2, 3, 4, 5]
    assert await log.history(STREAM, version=0) == []


async def test_a_history_is_read_as_it_was_at_a_moment_of_recording(appender, log) -> None:
    before = await appender.append(proposal(STREAM, 0, THREE))
    await appender.append(following(before, TWO))
    first, *_, third, _, _ = await log.history(STREAM)
    assert len(await log.history(STREAM, at=third.recorded_at)) == 3
    assert await log.history(STREAM, at=first.recorded_at - timedelta(seconds=1)) == []
    assert len(await log.history(STREAM, at=third.recorded_at, version=2)) == 2
