"""How far a runner has read. The position row is its lock."""

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

NEW = "INSERT INTO positions (runner) VALUES (%s) ON CONFLICT DO NOTHING"
CLAIM = "SELECT position FROM positions WHERE runner = %s FOR UPDATE SKIP LOCKED"
STANDS = "SELECT position FROM positions WHERE runner = %s"
MOVE = """UPDATE positions SET position = %s, applied = applied + %s,
    moved_at = clock_timestamp() WHERE runner = %s"""
Connection = AsyncConnection[TupleRow]


async def begin(connection: Connection, runner: str) -> None:
    """Outside of a transaction: one that never gets through its first step lags from the start."""
    await connection.execute(NEW, (runner,))


async def claim(connection: Connection, runner: str) -> int | None:
    """Return the position, locked until the transaction ends; None while another works on it."""
    row = await (await connection.execute(CLAIM, (runner,))).fetchone()
    if row is None:
        # Another works on it; or nobody ever did.
        if (await connection.execute(NEW, (runner,))).rowcount:
            return 0
        return None
    return int(row[0])


async def stands_at(connection: Connection, runner: str) -> int:
    """Return the position as it was committed last; zero for one that never began."""
    row = await (await connection.execute(STANDS, (runner,))).fetchone()
    return int(row[0]) if row else 0


async def move(connection: Connection, runner: str, position: int, events: int) -> None:
    await connection.execute(MOVE, (position, events, runner))
