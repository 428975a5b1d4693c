"""A rebuild takes a quicker way than the live projector does, to the very same rows."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest

from adapters.postgres.connecting import OPTIONS, connect
from adapters.read_models import rebuild as rebuilding
from adapters.read_models.ahead import Ahead
from adapters.read_models.many_at_once import many_at_once
from adapters.read_models.projector import Connection, Projector, fact
from adapters.read_models.statements import Statement, compile_statements
from adapters.read_models.workshop import Workshop
from domain.application.events import ApplicationClaimed, ApplicationReleased
from projections.catalogue import PROJECTIONS
from projections.projection import Projection
from projections.worklist import WORKLIST
from tests.domain.application import asked
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.projections.folds import assert_is_the_fold
from tests.projections.log import LIVES, MAPPER, Log
from tests.projections.test_parking import POISON, UNKNOWN_CONTENT, text_no_index_can_hold

END = 2**62
EVERYWHERE = pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda one: one.name)
OPTIONS_OF = "SELECT relname, reloptions FROM pg_class WHERE relname = %s"
# With a sign that the driver takes for its own, and with a type that the server has to be told.
PECULIAR = replace(
    WORKLIST,
    on={
        **WORKLIST.on,
        ApplicationClaimed: """
            UPDATE worklist_v2 SET claimed_by = replace(%(claimed_by)s, '%%', ''),
                version = %(version)s
            WHERE application_id = %(stream_id)s AND service LIKE '%%'
        """,
        ApplicationReleased: """
            UPDATE worklist_v2 SET claimed_by = NULL, version = %(version)s
            WHERE application_id = ANY (ARRAY[%(stream_id)s])
        """,
    },
)


@asynccontextmanager
async def workshop_of(log: Log, projection: Projection) -> AsyncIterator[Connection]:
    workshop = Workshop(projection)
    options = f"{OPTIONS} -c search_path={workshop.schema},public"
    async with await connect(log.url, options=options) as connection:
        await workshop.open(connection)
        await workshop.without_indexes(connection)
        yield connection


@EVERYWHERE
async def test_every_statement_is_run_for_many_events_at_once(
    log: Log, projection: Projection
) -> None:
    statements = compile_statements(projection).values()
    async with workshop_of(log, projection) as connection:
        many = await many_at_once(connection, Workshop(projection).schema, statements)
    assert set(many.calls) == {statement.sql for statement in statements}


async def test_a_statement_that_is_given_lists_is_run_event_by_event(log: Log) -> None:
    update = b"UPDATE worklist_v2 SET version = 1 WHERE service = ANY (%s::text[])"
    lists = Statement(update, (lambda _: ["a", "b"],))
    async with workshop_of(log, WORKLIST) as connection:
        many = await many_at_once(connection, Workshop(WORKLIST).schema, [lists])
    assert not many.calls


@EVERYWHERE
async def test_every_statement_finds_its_rows_without_the_indexes_of_readers(
    log: Log, projection: Projection
) -> None:
    async with workshop_of(log, projection) as connection:
        await connection.execute("SET enable_seqscan = off")
        await connection.execute("SET plan_cache_mode = force_generic_plan")
        for number, statement in enumerate(compile_statements(projection).values()):
            prepared = numbered(statement)
            await connection.execute(f"PREPARE s{number} AS {prepared}".encode())
            nothing = ", ".join(["NULL"] * len(statement.reads))
            plan = await connection.execute(f"EXPLAIN EXECUTE s{number} ({nothing})".encode())
            assert "Seq Scan" not in str(await plan.fetchall()), prepared


def numbered(statement: Statement) -> str:
    sql = statement.sql.decode()
    for number in range(1, len(statement.reads) + 1):
        sql = sql.replace("%s", f"${number}", 1)
    return sql


@pytest.mark.parametrize("batch", [1, 2, 7, 500])
async def test_a_rebuild_is_the_same_in_batches_of_any_size(log: Log, batch: int) -> None:
    happened = log.fill(LIVES)
    await log.project_all()
    with patch.object(rebuilding, "BATCH", batch):
        for projection in PROJECTIONS:
            assert (await log.rebuild(projection)).differing == 0, projection.name
            await assert_is_the_fold(log, projection, happened)


async def test_peculiar_statements_mean_the_same(log: Log) -> None:
    statements = compile_statements(PECULIAR)
    async with workshop_of(log, PECULIAR) as connection:
        many = await many_at_once(connection, Workshop(PECULIAR).schema, statements.values())
    assert statements["ApplicationClaimed"].sql in many.calls
    assert statements["ApplicationReleased"].sql not in many.calls
    happened = log.fill([*LIVES, (*past.in_hands, h.released)])
    await log.project(WORKLIST)
    assert (await log.rebuild(PECULIAR)).differing == 0
    await assert_is_the_fold(log, WORKLIST, happened)


async def test_events_of_one_stream_are_applied_in_their_order(log: Log) -> None:
    stream, life = uuid4(), (*past.handed_over, *[h.claimed, h.released] * 10, h.claimed)
    happened = [(stream, event) for event in life]
    await log.record_all(happened)
    await log.project(WORKLIST)
    assert (await log.rebuild(WORKLIST)).differing == 0
    await assert_is_the_fold(log, WORKLIST, happened)


@EVERYWHERE
async def test_a_table_is_left_as_it_is_described(log: Log, projection: Projection) -> None:
    before = await log.ask(OPTIONS_OF, projection.name)
    await log.rebuild(projection)
    assert await log.ask(OPTIONS_OF, projection.name) == before


async def test_what_no_index_can_hold_is_set_aside_as_it_is_live(log: Log) -> None:
    submitted = replace(h.submitted(asked.submit), branch=text_no_index_can_hold)
    await log.record(POISON, submitted, *past.in_hands[1:])
    await log.record(uuid4(), *past.in_hands)
    await log.project(WORKLIST)
    parked = await log.parked()
    assert [stream for _, stream, _ in parked] == [POISON, POISON]
    assert (await log.rebuild(WORKLIST)).differing == 0
    assert await log.parked() == parked
    assert await log.leftovers() == []


async def test_what_cannot_be_read_is_set_aside_as_it_is_live(log: Log) -> None:
    async with log.connection() as connection:
        content = (POISON, "ApplicationSubmitted", b'{"data": {}}')
        await connection.execute(UNKNOWN_CONTENT, content)
    await log.record(uuid4(), *past.unpaid)
    await log.project(WORKLIST)
    parked = await log.parked()
    assert [stream for _, stream, _ in parked] == [POISON]
    assert (await log.rebuild(WORKLIST)).differing == 0
    assert await log.parked() == parked


@asynccontextmanager
async def reading(log: Log) -> AsyncIterator[Ahead]:
    projector = Projector(WORKLIST, MAPPER)
    async with log.connection() as connection:
        ahead = Ahead(connection, projector.shows, projector.fact)
        yield ahead
        await ahead.stop()


async def test_pages_that_were_read_ahead_are_those_of_the_log(log: Log) -> None:
    happened = log.fill(LIVES)
    found: list[tuple[UUID, object]] = []
    async with reading(log) as ahead:
        while rows := await ahead.read(len(found), END, 7):
            assert [row[2] for row in rows] == list(
                range(len(found) + 1, len(found) + 1 + len(rows))
            )
            assert [ahead.fact(row) for row in rows] == [fact(MAPPER, row) for row in rows]
            found.extend((row[0], ahead.fact(row).event) for row in rows)
    assert [stream for stream, _ in found] == [stream for stream, _ in happened]


async def test_what_is_appended_after_the_end_was_seen_is_read(log: Log) -> None:
    stream = uuid4()
    await log.record(stream, h.submitted(asked.submit))
    async with reading(log) as ahead:
        assert [row[2] for row in await ahead.read(0, END, 7)] == [1]
        assert await ahead.read(1, END, 7) == []
        await log.record(stream, *past.in_hands[1:])
        assert [row[2] for row in await ahead.read(1, END, 7)] == [2, 3, 4]


async def test_nothing_beyond_the_goal_is_given_though_it_was_read_ahead(log: Log) -> None:
    await log.record(uuid4(), *past.in_hands)
    async with reading(log) as ahead:
        assert [row[2] for row in await ahead.read(0, END, 1)] == [1]
        assert [row[2] for row in await ahead.read(1, 2, 7)] == [2]


async def test_a_page_that_does_not_follow_is_read_anew(log: Log) -> None:
    await log.record(uuid4(), *past.in_hands)
    async with reading(log) as ahead:
        assert [row[2] for row in await ahead.read(0, END, 2)] == [1, 2]
        assert [row[2] for row in await ahead.read(0, END, 2)] == [1, 2]
