"""The second wall between towns: a question sees the rows of those it is asked for, and no others.

PostgreSQL itself keeps it (row-level security, migration 0006). A statement that forgets its WHERE
gets nothing of another town, and one that is asked outside of `seen_by` gets nothing at all.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from psycopg import AsyncConnection, AsyncCursor
from psycopg.rows import DictRow, TupleRow, dict_row
from psycopg_pool import AsyncConnectionPool

# They end with the transaction: nothing is left behind for whoever gets the connection next.
FOR = """SELECT set_config('amtsweg.municipality', %s, true),
    set_config('amtsweg.account', %s, true)"""


@dataclass(frozen=True, slots=True)
class Viewer:
    """For whom is asked: a town (AGS), or an account (the digest that its keys are found by)."""

    municipality: str = ""
    account: bytes = b""


EVERY_TOWN = Viewer(municipality="*")


@asynccontextmanager
async def seen_by(
    pool: AsyncConnectionPool[AsyncConnection[TupleRow]], viewer: Viewer, *, binary: bool = False
) -> AsyncIterator[AsyncCursor[DictRow]]:
    """Yield a cursor whose rows are dicts. All goes to the server at once: no round trip more."""
    async with pool.connection() as connection, connection.pipeline(), connection.transaction():
        await connection.execute(FOR, (viewer.municipality, viewer.account.hex()))
        yield connection.cursor(row_factory=dict_row, binary=binary)


async def ask_as(
    pool: AsyncConnectionPool[AsyncConnection[TupleRow]],
    viewer: Viewer,
    statement: str,
    parameters: Any = None,
    *,
    binary: bool = False,
) -> list[dict[str, Any]]:
    """Return the rows of one question."""
    async with seen_by(pool, viewer, binary=binary) as cursor:
        await cursor.execute(statement.encode(), parameters)
        return await cursor.fetchall()
