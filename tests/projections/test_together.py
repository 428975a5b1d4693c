"""Several read models are shown the news in one go, and none of them pays for another."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.read_models.positions import claim
from adapters.read_models.projector import BATCH, Projector
from adapters.read_models.together import Round, Together
from projections.catalogue import PROJECTIONS
from projections.my_applications import MY_APPLICATIONS
from projections.projection import Projection
from projections.worklist import WORKLIST
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.projections.conftest import NewLog
from tests.projections.folds import assert_is_the_fold
from tests.projections.lives import lives
from tests.projections.log import LIVES, MAPPER, Happened, Log
from tests.projections.test_laws import a_few
from tests.projections.test_parking import FAULTY, GOOD, POISON, mixed_up

# Many databases, and many steps in each: on a busy machine it takes several times as long.
pytestmark = pytest.mark.timeout(900)
TWO = (WORKLIST, MY_APPLICATIONS)
NAMES = frozenset(projection.name for projection in TWO)
WRITTEN_IN = """SELECT xmin::text FROM worklist_v2 UNION SELECT xmin::text FROM my_applications_v1
    UNION SELECT xmin::text FROM positions WHERE runner = ANY(%s)"""
STANDS = "SELECT position, applied FROM positions WHERE runner = ANY(%s)"


def together(projections: Sequence[Projection] = TWO) -> Together:
    return Together([Projector(projection, MAPPER) for projection in projections], MAPPER)


async def step(log: Log, those: Together | None = None) -> Round:
    async with log.connection() as connection:
        return await (those or together()).step(connection)


async def stands(log: Log, *names: str) -> set[tuple[int, int]]:
    rows = await log.ask(STANDS, list(names or NAMES))
    return {(row["position"], row["applied"]) for row in rows}


@a_few
@given(happened=lives(), rounds=st.lists(st.integers(1, 9), min_size=1, max_size=3))
async def test_each_is_the_fold_of_the_log_however_the_events_come_in(
    new_log: NewLog, happened: Happened, rounds: list[int]
) -> None:
    with new_log() as log:
        those, rest = together(PROJECTIONS), list(happened)
        async with log.connection() as connection:
            for events in [*rounds, len(rest)]:
                await log.record_all(rest[:events])
                del rest[:events]
                await those.step(connection)
        for projection in PROJECTIONS:
            assert await log.position(projection) == (len(happened), len(happened))
            await assert_is_the_fold(log, projection, happened)


async def test_the_news_are_shown_in_one_transaction(log: Log) -> None:
    await log.record(uuid4(), *past.in_hands)
    assert await step(log) == Round(NAMES, 4)
    assert await stands(log) == {(4, 4)}
    assert len(await log.rows(WORKLIST)) == len(await log.rows(MY_APPLICATIONS)) == 1
    assert len(await log.ask(WRITTEN_IN, list(NAMES))) == 1


async def test_at_the_end_of_the_log_there_are_no_news(log: Log) -> None:
    await log.record(uuid4(), *past.in_hands)
    those = together()
    async with log.connection() as connection:
        assert (await those.step(connection)).events == 4
        assert await those.step(connection) == Round(NAMES, 0)


async def test_who_is_a_little_behind_is_shown_what_it_has_not_seen(log: Log) -> None:
    await log.record(uuid4(), *past.in_hands)
    await log.step(WORKLIST, 3)
    assert await step(log) == Round(NAMES, 4)
    assert await stands(log) == {(4, 4)}
    assert len(await log.rows(WORKLIST)) == len(await log.rows(MY_APPLICATIONS)) == 1


async def test_who_is_far_behind_is_not_waited_for(log: Log) -> None:
    log.fill([past.in_hands] * BATCH)
    for _ in range(2):
        await log.step(WORKLIST, BATCH)
    assert await step(log) == Round(frozenset({WORKLIST.name}), BATCH)
    assert await stands(log, WORKLIST.name) == {(3 * BATCH, 3 * BATCH)}
    assert await stands(log, MY_APPLICATIONS.name) == {(0, 0)}


async def test_what_another_worker_has_shown_is_not_shown_again(log: Log) -> None:
    here, there = together(), together()
    async with log.connection() as connection, log.connection() as other:
        for _ in range(2):
            await log.record(uuid4(), *past.in_hands)
            await here.step(connection)
            await log.record(uuid4(), *past.in_hands)
            assert (await there.step(other)).events == len(past.in_hands)
    assert await stands(log) == {(16, 16)}
    assert len(await log.rows(WORKLIST)) == 4


async def test_who_is_worked_on_by_another_is_left_to_it_and_the_others_go_on(log: Log) -> None:
    await log.record(uuid4(), *past.in_hands)
    async with log.connection() as other, other.transaction():
        assert await claim(other, WORKLIST.name) == 0
        assert await step(log) == Round(NAMES, 4)
    assert await stands(log, WORKLIST.name) == {(0, 0)}
    assert await stands(log, MY_APPLICATIONS.name) == {(4, 4)}


async def test_who_stands_by_does_nothing_and_takes_over(log: Log) -> None:
    await log.record(uuid4(), *past.in_hands)
    standby = together()
    async with log.connection() as other, log.connection() as connection:
        async with other.transaction():
            for name in NAMES:
                await claim(other, name)
            assert await standby.step(connection) == Round(NAMES, 0)
        assert await standby.step(connection) == Round(NAMES, 4)


async def test_an_event_that_cannot_be_shown_moves_nothing(log: Log) -> None:
    await mixed_up(log)
    with pytest.raises(psycopg.errors.DivisionByZero):
        await step(log, together([FAULTY, MY_APPLICATIONS]))
    assert await stands(log) == {(0, 0)}
    assert await log.rows(MY_APPLICATIONS) == await log.rows(WORKLIST) == []


async def test_whose_stream_is_parked_is_left_alone_until_it_is_taken_up(log: Log) -> None:
    await mixed_up(log)
    await log.project(FAULTY)
    those = together([FAULTY, MY_APPLICATIONS])
    assert (await step(log, those)).fit == {MY_APPLICATIONS.name}
    await log.record(GOOD, h.approved)
    await log.record(POISON, h.ready)
    await step(log, those)
    assert await stands(log, WORKLIST.name) == {(9, 9)}
    await log.do("DELETE FROM parked")
    assert (await step(log, those)).fit == NAMES


async def test_a_rebuild_finds_no_difference(log: Log) -> None:
    happened: Sequence[tuple[UUID, Any]] = log.fill(LIVES)
    those = together(PROJECTIONS)
    async with log.connection() as connection:
        while (await those.step(connection)).events:
            pass
    assert await stands(log) == {(len(happened), len(happened))}
    for projection in TWO:
        assert (await log.rebuild(projection)).differing == 0
