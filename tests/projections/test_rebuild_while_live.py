"""While a read model is rebuilt, reads, the live projector and other rebuilds go on."""

import asyncio
import tracemalloc
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from adapters.read_models import rebuild as rebuilding
from adapters.read_models.projector import Projector
from projections.treasury import TREASURY
from projections.worklist import WORKLIST
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.projections.conftest import NewLog
from tests.projections.folds import assert_is_the_fold
from tests.projections.log import LIVES, MAPPER, Happened, Log
from tests.projections.meanwhile import COUNT, held, meanwhile, swap_waits


async def test_a_prepared_read_goes_on_during_and_after_the_swap(log: Log, many: Happened) -> None:
    counts: list[int] = []
    async with log.connection() as connection:

        async def read() -> None:
            cursor = await connection.execute(COUNT, prepare=True)
            counts.extend(row[0] for row in await cursor.fetchall())

        async with meanwhile(read):
            await log.rebuild(WORKLIST)
    assert set(counts) == {len(LIVES) * 20}


async def test_a_read_that_was_prepared_by_hand_survives_the_swap(log: Log, many: Happened) -> None:
    async with log.connection() as connection:
        await connection.execute("PREPARE waiting AS SELECT count(*) FROM worklist_v2")
        before = [await fetched(connection, "EXECUTE waiting") for _ in range(10)]
        await log.rebuild(WORKLIST)
        assert await fetched(connection, "EXECUTE waiting") == before[0]


async def test_the_live_projector_and_new_events_go_on(log: Log, many: Happened) -> None:
    later: list[tuple[UUID, Any]] = []

    async def submit() -> None:
        stream = uuid4()
        await log.record(stream, *past.unpaid)
        later.extend((stream, event) for event in past.unpaid)

    async with meanwhile(submit), meanwhile(lambda: log.project(WORKLIST, (3,))):
        rebuilt = [await log.rebuild(WORKLIST) for _ in range(5)]
    await log.project(WORKLIST)
    assert [one.differing for one in rebuilt] == [0] * 5
    await assert_is_the_fold(log, WORKLIST, [*many, *later])


async def test_the_live_projector_s_own_prepared_statements_survive_the_swap(
    log: Log, many: Happened
) -> None:
    projector, stream = Projector(WORKLIST, MAPPER), uuid4()
    async with log.connection() as connection:
        for event in past.in_hands:
            await log.record(stream, event)
            await projector.step(connection)
            await log.rebuild(WORKLIST)
    later = [(stream, event) for event in past.in_hands]
    await assert_is_the_fold(log, WORKLIST, [*many, *later])


async def test_two_read_models_are_rebuilt_at_once(log: Log, many: Happened) -> None:
    await log.project(TREASURY)
    await asyncio.gather(log.rebuild(WORKLIST), log.rebuild(TREASURY))
    await assert_is_the_fold(log, WORKLIST, many)
    await assert_is_the_fold(log, TREASURY, many)


@pytest.mark.usefixtures("patient")
async def test_the_swap_waits_in_short_turns_so_that_others_read(log: Log, many: Happened) -> None:
    async with asyncio.TaskGroup() as group, held(log):
        rebuild = group.create_task(log.rebuild(WORKLIST))
        await swap_waits(log)
        async with asyncio.timeout(60):
            assert await log.ask(COUNT) == [{"count": len(LIVES) * 20}]
    assert rebuild.result().differing == 0


@pytest.mark.usefixtures("patient")
async def test_what_the_live_projector_did_between_the_turns_is_caught_up_with(
    log: Log, many: Happened
) -> None:
    stream, life = uuid4(), (*past.handed_over, *[h.claimed, h.released] * 300)
    async with asyncio.TaskGroup() as group, held(log):
        rebuild = group.create_task(log.rebuild(WORKLIST))
        await swap_waits(log)
        await log.record(stream, *life)
        await log.project(WORKLIST)
    assert rebuild.result().differing == 0
    await assert_is_the_fold(log, WORKLIST, [*many, *[(stream, event) for event in life]])


def test_the_memory_of_a_rebuild_does_not_grow_with_the_log(new_log: NewLog) -> None:
    small, large = [least_peak(new_log, lives) for lives in (8, 40)]
    assert large < 1.3 * small, (small, large)


def least_peak(new_log: NewLog, lives: int) -> int:
    """Return the most bytes that a rebuild of so many lives of each kind held at a time.

    In a process of its own, where nothing else happens meanwhile; the first rebuild of a process
    also loads what all of them use.
    """
    with new_log() as log, ProcessPoolExecutor(1, get_context("spawn")) as alone:
        log.fill(LIVES * lives)
        return min(alone.submit(peak, log.url).result(timeout=250) for _ in range(3))


def peak(url: str) -> int:
    """Rebuild in batches of fifty events, and return the most bytes that were held at a time."""
    rebuilding.BATCH = 50
    log = Log(url)
    asyncio.run(log.do("DROP TABLE IF EXISTS worklist_v2"))
    tracemalloc.start()
    asyncio.run(log.rebuild(WORKLIST))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


async def fetched(connection: psycopg.AsyncConnection[Any], statement: str) -> list[Any]:
    return await (await connection.execute(statement.encode())).fetchall()
