"""A read model is the fold of the log: for any batching, any restart, two at once, any rebuild."""

import asyncio
from contextlib import suppress
from typing import Any
from unittest.mock import patch

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.read_models import rebuild as rebuilding
from adapters.read_models.projector import Projector
from projections.catalogue import PROJECTIONS
from projections.projection import Projection
from projections.worklist import WORKLIST
from tests.domain.application import histories as past
from tests.projections.conftest import NewLog
from tests.projections.folds import FOLDS, assert_is_the_fold
from tests.projections.lives import APPLICATIONS, lives
from tests.projections.log import MAPPER, Happened, Log

# Many databases, and many steps in each: on a busy machine it takes several times as long.
pytestmark = pytest.mark.timeout(900)
a_few = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
limits = st.lists(st.integers(1, 7), min_size=1, max_size=5)
restarts = st.lists(st.tuples(st.integers(1, 7), st.booleans()), max_size=6)
read_models = st.sampled_from([WORKLIST, *PROJECTIONS])
WAITS_FOR_A_LOCK = "SELECT wait_event_type = 'Lock' AS waits FROM pg_stat_activity WHERE pid = %s"
DEADLINE = 60.0


async def step_and_be_killed(log: Log, projection: Projection, limit: int) -> None:
    """Lose the connection in the middle of a batch, unless it leaves the table alone."""
    async with log.connection() as blocker, log.connection() as doomed:
        async with blocker.transaction():
            await blocker.execute(f"LOCK TABLE {projection.name} IN SHARE MODE")
            batch = asyncio.create_task(Projector(projection, MAPPER).step(doomed, limit=limit))
            await stuck_or_done(log, doomed, batch)
            await log.ask("SELECT pg_terminate_backend(%s)", doomed.info.backend_pid)
        with suppress(psycopg.OperationalError):
            await batch


async def stuck_or_done(
    log: Log, connection: psycopg.AsyncConnection[Any], batch: "asyncio.Task[Any]"
) -> None:
    async with asyncio.timeout(DEADLINE):
        while not batch.done():
            (row,) = await log.ask(WAITS_FOR_A_LOCK, connection.info.backend_pid)
            if row["waits"]:
                return


@a_few
@given(happened=lives(), limits=limits)
async def test_a_read_model_is_the_fold_of_the_log_for_any_batching(
    new_log: NewLog, happened: Happened, limits: list[int]
) -> None:
    with new_log() as log:
        await log.record_all(happened)
        for projection in PROJECTIONS:
            await log.project(projection, limits)
            await assert_is_the_fold(log, projection, happened)


@a_few
@given(happened=lives(), projection=read_models, restarts=restarts)
async def test_a_read_model_is_the_fold_of_the_log_after_any_restart(
    new_log: NewLog, happened: Happened, projection: Projection, restarts: list[tuple[int, bool]]
) -> None:
    with new_log() as log:
        await log.record_all(happened)
        for limit, killed in restarts:
            await (step_and_be_killed if killed else Log.step)(log, projection, limit)
        await log.project(projection)
        await assert_is_the_fold(log, projection, happened)


@a_few
@given(happened=lives(), projection=read_models, some=limits, others=limits)
async def test_two_projectors_of_one_name_apply_nothing_twice(
    new_log: NewLog, happened: Happened, projection: Projection, some: list[int], others: list[int]
) -> None:
    with new_log() as log:
        await log.record_all(happened)
        await asyncio.gather(log.project(projection, some), log.project(projection, others))
        await assert_is_the_fold(log, projection, happened)


@a_few
@given(happened=lives(), projection=read_models, seen=st.integers(0, 7), batch=st.integers(1, 9))
async def test_a_rebuilt_read_model_is_the_fold_of_the_log(
    new_log: NewLog, happened: Happened, projection: Projection, seen: int, batch: int
) -> None:
    with new_log() as log, patch.object(rebuilding, "BATCH", batch):
        await log.record_all(happened)
        if seen:
            await log.step(projection, seen)
        assert (await log.rebuild(projection)).differing == 0
        await log.project(projection)
        await assert_is_the_fold(log, projection, happened)


async def test_a_batch_whose_connection_is_lost_leaves_nothing_half_done(log: Log) -> None:
    await log.record(APPLICATIONS[0], *past.ready)
    await log.step(WORKLIST, 1)
    before = await log.rows(WORKLIST)
    await step_and_be_killed(log, WORKLIST, 500)
    assert await log.rows(WORKLIST) == before
    assert await log.position(WORKLIST) == (1, 1)


def test_the_fold_of_every_read_model_is_known() -> None:
    assert set(FOLDS) == {projection.name for projection in PROJECTIONS}
