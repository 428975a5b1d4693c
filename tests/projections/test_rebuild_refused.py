"""A rebuild that is refused, given up or killed leaves the live read model as it is."""

import asyncio
import signal
import sys
from pathlib import Path

import psycopg
import pytest

from adapters.read_models import rebuild as rebuilding
from adapters.read_models.rebuild import ReadModelIsBusy, RebuildIsRunning
from projections.worklist import WORKLIST
from tests.projections.folds import assert_is_the_fold
from tests.projections.log import LIVES, Happened, Log
from tests.projections.meanwhile import held, swap_waits, until_nobody_else_is_connected

ROOT = Path(__file__).parents[2]
END_ALL = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
KILLED = """
import asyncio, os, signal, sys
from adapters.event_names import EVENT_TYPES
from adapters.event_store.mapper import EventMapper
from adapters.read_models.rebuild import rebuild
from projections.worklist import WORKLIST
def die(done, total): os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(rebuild(sys.argv[1], WORKLIST, EventMapper(EVENT_TYPES), die))
"""


@pytest.mark.usefixtures("patient")
async def test_a_second_rebuild_of_the_same_is_refused(log: Log, many: Happened) -> None:
    async with asyncio.TaskGroup() as group, held(log):
        first = group.create_task(log.rebuild(WORKLIST))
        await swap_waits(log)
        with pytest.raises(RebuildIsRunning, match="wait until that has ended"):
            await log.rebuild(WORKLIST)
    assert first.result().rows == len(LIVES) * 20
    await assert_is_the_fold(log, WORKLIST, many)


async def test_a_rebuild_that_never_gets_the_table_gives_up_and_says_so(
    log: Log, many: Happened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "LOCK_WAITS", ("20ms", "20ms"))
    async with held(log):
        with pytest.raises(ReadModelIsBusy, match="end them and rebuild it again"):
            await log.rebuild(WORKLIST)
    assert await log.leftovers() == []
    await assert_is_the_fold(log, WORKLIST, many)


async def test_a_rebuild_killed_on_its_way_leaves_the_live_table_and_the_next_starts_clean(
    log: Log, many: Happened
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED, log.url, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL
    )
    assert await process.wait() == -signal.SIGKILL
    assert len(await log.leftovers()) == 2
    await assert_is_the_fold(log, WORKLIST, many)
    await until_nobody_else_is_connected(log)
    assert (await log.rebuild(WORKLIST)).events == len(many)
    assert await log.leftovers() == []


async def test_a_rebuild_that_loses_its_connection_leaves_the_live_table(
    log: Log, many: Happened
) -> None:
    def cut(_done: int, _total: int) -> None:
        with psycopg.connect(log.url) as connection:
            connection.execute(END_ALL)

    with pytest.raises(psycopg.OperationalError):
        await log.rebuild(WORKLIST, cut)
    await assert_is_the_fold(log, WORKLIST, many)
    assert (await log.rebuild(WORKLIST)).differing == 0


async def test_a_rebuild_that_is_given_up_by_hand_cleans_up(log: Log, many: Happened) -> None:
    def interrupt(_done: int, _total: int) -> None:
        raise KeyError

    with pytest.raises(KeyError):
        await log.rebuild(WORKLIST, interrupt)
    assert await log.leftovers() == []
    await assert_is_the_fold(log, WORKLIST, many)
