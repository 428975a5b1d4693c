"""Puts a rebuilt read model in the place of the live one: one short transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import AsyncConnection, sql
from psycopg.rows import TupleRow

from adapters.read_models.projector import Projector
from adapters.read_models.tables import LOCK
from adapters.read_models.workshop import Table, Workshop

PATIENCE = "SELECT set_config('lock_timeout', %s, true)"
HOLD = "SELECT position FROM positions WHERE runner = %s FOR UPDATE"
STANDS = "SELECT position FROM positions WHERE runner = %s AND to_regclass(%s) IS NOT NULL"
HEAD = "SELECT coalesce(max(notification_id), 0) FROM events"
COLUMNS = """SELECT array_agg(attname || ' ' || format_type(atttypid, atttypmod) ORDER BY attnum)
    FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped"""
COUNT = "SELECT count(*) FROM {new}"
DIFFERING = """SELECT count(*) FROM (
    (SELECT {whole} FROM {new} this_row EXCEPT ALL SELECT {whole} FROM {old} this_row)
    UNION ALL
    (SELECT {whole} FROM {old} this_row EXCEPT ALL SELECT {whole} FROM {new} this_row)
) differing"""
COLUMN_BY_COLUMN, AS_TEXT = sql.SQL("*"), sql.SQL("this_row::text")
# The projector works without them; here whole tables are read.
SEQUENTIAL_SCANS = "SET LOCAL enable_seqscan = on"
TAKE_POSITION = """INSERT INTO positions (runner, position, applied)
    SELECT %s, position, applied FROM positions WHERE runner = %s
    ON CONFLICT (runner) DO UPDATE SET position = excluded.position, applied = excluded.applied,
        moved_at = excluded.moved_at
    RETURNING applied"""
FORGET_PARKED = "DELETE FROM parked WHERE runner = %s"
TAKE_PARKED = "UPDATE parked SET runner = %s WHERE runner = %s"

Connection = AsyncConnection[TupleRow]


@dataclass(frozen=True, slots=True)
class Swapped:
    events: int
    rows: int
    differing: int


async def goal(connection: Connection, workshop: Workshop) -> int:
    """Where the live projector stands; the end of the log where there is no live table."""
    position = await _stands(connection, workshop)
    return await _number(connection, HEAD) if position is None else position


async def swap(
    connection: Connection, workshop: Workshop, projector: Projector, patience: str
) -> Swapped:
    """Raise LockNotAvailable when a lock is not to be had in time; nothing has changed then."""
    async with connection.transaction():
        await connection.execute(PATIENCE, (patience,))
        await connection.execute(LOCK)
        tables = await _own_tables(connection, workshop)
        await connection.execute(HOLD, (workshop.live,))  # the live projector waits from here on
        level = await _draw_level(connection, workshop, projector)
        await connection.execute(SEQUENTIAL_SCANS)
        rows = sum([await _number(connection, _about(COUNT, t)) for t in tables])
        differing = sum([await _differing(connection, t) for t in tables if level])
        await _replace(connection, tables)  # reads wait from here on
        events = await _take_over(connection, workshop)
        await workshop.clear(connection)
        return Swapped(events, rows, differing)


async def _draw_level(connection: Connection, workshop: Workshop, projector: Projector) -> bool:
    """Return whether both have applied the same events, so that they can be compared."""
    upto = await goal(connection, workshop)
    step = await projector.step(connection, upto)
    while step.events:
        step = await projector.step(connection, upto)
    return step.position == await _stands(connection, workshop)


async def _own_tables(connection: Connection, workshop: Workshop) -> list[Table]:
    """Keep the autovacuum away from them as well: it would hold the swap up at its end."""
    tables = await workshop.tables(connection)
    for table in tables:
        await connection.execute(_about("LOCK TABLE {new}", table))
    return tables


async def _differing(connection: Connection, table: Table) -> int:
    old, new = await _columns(connection, table.old), await _columns(connection, table.new)
    if not old:
        return 0
    whole = COLUMN_BY_COLUMN if old == new else AS_TEXT  # a damaged table is compared too
    return await _number(connection, _about(DIFFERING, table, whole=whole))


async def _columns(connection: Connection, table: sql.Identifier) -> list[str] | None:
    row = await (await connection.execute(COLUMNS, (table.as_string(),))).fetchone()
    return row[0] if row else None


async def _replace(connection: Connection, tables: Sequence[Table]) -> None:
    for table in tables:
        await connection.execute(_about("DROP TABLE IF EXISTS {old}", table))
        await connection.execute(_about("ALTER TABLE {new} SET SCHEMA public", table))


async def _take_over(connection: Connection, workshop: Workshop) -> int:
    live, beside = workshop.live, workshop.runner
    await connection.execute(FORGET_PARKED, (live,))
    await connection.execute(TAKE_PARKED, (live, beside))
    return await _number(connection, TAKE_POSITION, live, beside)


async def _stands(connection: Connection, workshop: Workshop) -> int | None:
    parameters = (workshop.live, f"public.{workshop.live}")
    row = await (await connection.execute(STANDS, parameters)).fetchone()
    return None if row is None else int(row[0])


def _about(statement: LiteralString, table: Table, **more: sql.Composable) -> sql.Composed:
    return sql.SQL(statement).format(old=table.old, new=table.new, **more)


async def _number(connection: Connection, question: Any, *parameters: str) -> int:
    row = await (await connection.execute(question, parameters)).fetchone()
    return int(row[0]) if row else 0
