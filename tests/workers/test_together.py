"""Read models are kept up to date in common rounds; what is wrong with one stays its own."""

from dataclasses import replace
from functools import partial
from uuid import uuid4

import psycopg
import pytest

from adapters.read_models.projector import BATCH
from adapters.runner_names import READ_MODELS
from projections.catalogue import PROJECTIONS
from projections.my_applications import MY_APPLICATIONS
from projections.worklist import WORKLIST
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.asked import submit
from tests.projections.log import Log
from tests.projections.test_parking import POISON, text_no_index_can_hold
from tests.workers.supervised import supervised, until
from workers import together
from workers.catalogue import named
from workers.project import projecting

NAMES = [projection.name for projection in PROJECTIONS]
EACH = [projecting(projection) for projection in PROJECTIONS]
MOVED = """SELECT count(DISTINCT xmin::text) AS in_transactions FROM positions
    WHERE runner = ANY(%s) AND position = (SELECT max(notification_id) FROM events)
    HAVING count(*) = %s"""
LEVEL = """SELECT FROM positions WHERE runner = ANY(%s) AND (position, applied) =
    (SELECT max(notification_id), count(*) FROM events) HAVING count(*) = %s"""
FAILED = "SELECT FROM heartbeats WHERE runner = %s AND last_error = %s"


async def was_shown_to_all_at_once(log: Log) -> bool:
    """Record one more, and look who showed it."""
    await log.record(uuid4(), h.submitted(submit))
    await until(partial(log.ask, LEVEL, NAMES, len(NAMES)))
    (moved,) = await log.ask(MOVED, NAMES, len(NAMES))
    return bool(moved["in_transactions"] == 1)


async def test_an_event_is_shown_in_all_read_models_at_once(parts, log) -> None:
    async with supervised(parts, together.RUNNER, *EACH):
        await until(partial(was_shown_to_all_at_once, log))


async def test_what_one_cannot_show_is_parked_there_alone_and_the_rounds_go_on(parts, log) -> None:
    """The branch is in an index of the worklist only."""
    poison = replace(h.submitted(submit), branch=text_no_index_can_hold)
    async with supervised(parts, together.RUNNER, *EACH):
        await log.record(POISON, poison, *past.in_hands[1:])
        await log.record(uuid4(), *past.in_hands)
        await until(partial(log.ask, LEVEL, NAMES, len(NAMES)))
        assert {(runner, stream) for runner, stream, _ in await log.parked()} == {
            (WORKLIST.name, POISON)
        }
        await log.do("DELETE FROM parked")  # as if it had been taken up
        await until(partial(was_shown_to_all_at_once, log))
    assert len(await log.rows(MY_APPLICATIONS)) > 2


async def test_a_table_that_somebody_holds_holds_up_no_other(parts, log) -> None:
    async with (
        supervised(parts, together.RUNNER, *EACH),
        log.connection() as holder,
        holder.transaction(),
    ):
        await until(partial(was_shown_to_all_at_once, log))
        await holder.execute("LOCK TABLE worklist_v2")
        shown = len(await log.rows(MY_APPLICATIONS))
        await log.record(uuid4(), h.submitted(submit))
        await until(partial(log.ask, "SELECT FROM my_applications_v1 OFFSET %s", shown))
        failed = psycopg.errors.LockNotAvailable.__name__
        await until(partial(log.ask, FAILED, READ_MODELS, failed))


async def test_who_is_far_behind_catches_up_by_itself(parts, log) -> None:
    happened = log.fill([past.in_hands] * BATCH)
    for projection in PROJECTIONS:
        if projection is not WORKLIST:
            await log.project(projection)
    async with supervised(parts, together.RUNNER, *EACH):
        await until(partial(log.ask, LEVEL, NAMES, len(NAMES)))
        await until(partial(was_shown_to_all_at_once, log))
    assert (await log.position(WORKLIST))[0] > len(happened)


async def test_the_rounds_fail_with_the_connection_and_begin_again(parts, log) -> None:
    cut = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()"""
    async with supervised(parts, together.RUNNER, *EACH):
        await until(partial(was_shown_to_all_at_once, log))
        await log.ask(cut)
        await until(partial(was_shown_to_all_at_once, log))


@pytest.mark.parametrize("names", [[READ_MODELS], [WORKLIST.name, READ_MODELS]])
def test_who_runs_the_rounds_runs_each_read_model_besides(names: list[str]) -> None:
    runners = [runner.name for runner in named(names)]
    assert sorted(runners) == sorted([READ_MODELS, *NAMES])
