"""Whether the database can be worked with at this moment: is of this version, takes writes."""

from functools import cache

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from adapters.postgres.as_made import signature_of
from adapters.postgres.migrations import MIGRATIONS, NUMBERED
from projections.catalogue import PROJECTIONS

USABLE, READ_ONLY, NOT_PREPARED = "usable", "read-only", "not-prepared"
READ_MODELS = [projection.name for projection in PROJECTIONS]
IS_THERE = "SELECT to_regclass('schema_migrations') IS NOT NULL"
IS_PREPARED = """SELECT NOT EXISTS (
        SELECT unnest(%s::text[]) EXCEPT SELECT name FROM schema_migrations)
    AND to_regprocedure(%s) IS NOT NULL
    AND NOT EXISTS (
        SELECT FROM unnest(%s::text[]) AS read (name) WHERE to_regclass(name) IS NULL)"""
# A standby takes no writes, whatever its settings say.
TAKES_WRITES = """SELECT NOT pg_is_in_recovery()
    AND current_setting('transaction_read_only') = 'off'"""


async def how_usable(connection: AsyncConnection[TupleRow]) -> str:
    """Return USABLE, or what is wrong. What a newer version has added is no matter, but one that
    appends in another way is.
    """
    if not await _answers(connection, IS_THERE):
        return NOT_PREPARED
    if not await _answers(connection, IS_PREPARED, *what_is_needed()):
        return NOT_PREPARED
    return USABLE if await _answers(connection, TAKES_WRITES) else READ_ONLY


@cache
def what_is_needed() -> tuple[list[str], str, list[str]]:
    """Return what IS_PREPARED asks for."""
    migrations = [file.name for file in MIGRATIONS.glob(NUMBERED)]
    return migrations, signature_of("append_events"), READ_MODELS


async def _answers(
    connection: AsyncConnection[TupleRow], question: str, *parameters: object
) -> bool:
    row = await (await connection.execute(question.encode(), parameters)).fetchone()
    return bool(row and row[0])
