"""A rebuild makes a read model anew from the log, whatever has become of the live one."""

import pytest

from adapters.read_models.tables import make_tables
from projections.catalogue import PROJECTIONS
from projections.worklist import WORKLIST
from tests.domain.application import happened as h
from tests.projections.folds import assert_is_the_fold
from tests.projections.log import LIVES, Happened, Log

OTHERS = "SELECT * FROM positions WHERE runner <> 'worklist_v2' ORDER BY runner"
INDEXES = (
    "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = %s ORDER BY 1"
)
DAMAGE = {
    "UPDATE worklist_v2 SET waiting = NOT waiting WHERE service = 'meter-reading'": 2,
    "DELETE FROM worklist_v2 WHERE service = 'meter-reading'": 1,
    "TRUNCATE worklist_v2": len(LIVES),
    "ALTER TABLE worklist_v2 DROP COLUMN status CASCADE": 2 * len(LIVES),
    "ALTER TABLE worklist_v2 ALTER version TYPE integer": 0,
    "DROP INDEX worklist_v2_municipality_coalesce_application_id_idx": 0,
    "UPDATE positions SET applied = applied - 3": 0,
}


@pytest.fixture
async def happened(log: Log) -> Happened:
    """Some applications, shown by every read model."""
    happened = log.fill(LIVES)
    await log.project_all()
    return happened


async def test_a_rebuilt_read_model_is_as_it_was(log: Log, happened: Happened) -> None:
    for projection in PROJECTIONS:
        rebuilt = await log.rebuild(projection)
        assert (rebuilt.events, rebuilt.differing) == (len(happened), 0)
        assert rebuilt.rows == len(await log.rows(projection))
        await assert_is_the_fold(log, projection, happened)


async def test_its_indexes_have_the_same_names_and_shapes(log: Log) -> None:
    for projection in PROJECTIONS:
        before = await log.ask(INDEXES, projection.name)
        await log.rebuild(projection)
        assert await log.ask(INDEXES, projection.name) == before


@pytest.mark.parametrize("damage", DAMAGE)
async def test_damage_is_counted_and_repaired(log: Log, happened: Happened, damage: str) -> None:
    sound = await log.ask(INDEXES, WORKLIST.name)
    await log.do(damage)
    assert (await log.rebuild(WORKLIST)).differing == DAMAGE[damage]
    await assert_is_the_fold(log, WORKLIST, happened)
    assert await log.ask(INDEXES, WORKLIST.name) == sound


@pytest.mark.parametrize("lost", ["SELECT 1", "DELETE FROM positions WHERE runner = 'worklist_v2'"])
async def test_a_table_that_was_lost_is_made_to_the_end_of_the_log(
    log: Log, happened: Happened, lost: str
) -> None:
    await log.do("DROP TABLE worklist_v2", lost)
    rebuilt = await log.rebuild(WORKLIST)
    assert (rebuilt.events, rebuilt.rows, rebuilt.differing) == (len(happened), len(LIVES), 0)
    await assert_is_the_fold(log, WORKLIST, happened)


async def test_a_table_that_was_lost_is_also_made_anew_at_the_next_start(
    log: Log, happened: Happened
) -> None:
    await log.do("DROP TABLE worklist_v2")
    assert make_tables(log.url, PROJECTIONS) == ["worklist_v2"]
    await log.project(WORKLIST)
    await assert_is_the_fold(log, WORKLIST, happened)


async def test_a_rebuild_of_an_empty_log_is_empty(log: Log) -> None:
    rebuilt = await log.rebuild(WORKLIST)
    assert (rebuilt.events, rebuilt.rows, rebuilt.differing) == (0, 0, 0)
    assert await log.position(WORKLIST) == (0, 0)


async def test_a_rebuild_stands_exactly_where_the_live_one_stood(log: Log) -> None:
    happened = log.fill(LIVES)
    await log.step(WORKLIST, limit=5)
    assert (await log.rebuild(WORKLIST)).events == 5
    assert await log.position(WORKLIST) == (5, 5)
    await log.project(WORKLIST)
    await assert_is_the_fold(log, WORKLIST, happened)


async def test_a_rebuilt_read_model_goes_on_with_what_happens_next(
    log: Log, happened: Happened
) -> None:
    await log.rebuild(WORKLIST)
    (waiting, *_), *_ = happened
    await log.record(waiting, h.approved)
    await log.project(WORKLIST)
    await assert_is_the_fold(log, WORKLIST, [*happened, (waiting, h.approved)])


async def test_a_rebuild_leaves_nothing_behind(log: Log, happened: Happened) -> None:
    await log.rebuild(WORKLIST)
    assert await log.leftovers() == []


async def test_a_rebuild_touches_no_other_read_model(log: Log, happened: Happened) -> None:
    before = await log.ask(OTHERS)
    await log.rebuild(WORKLIST)
    assert await log.ask(OTHERS) == before


async def test_a_rebuild_tells_how_far_it_is(log: Log, happened: Happened) -> None:
    told: list[tuple[int, int]] = []
    await log.rebuild(WORKLIST, lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1] == (len(happened), len(happened))
