"""A connection that breaks off in the midst of a call takes no other one with it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
import pytest
import uvloop

from adapters.event_store.line import BROKEN, Line

SLEEP = "SELECT pg_sleep(60)"
OTHERS = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND query = %s"""
CALLERS = 8


@asynccontextmanager
async def echoing() -> AsyncIterator[tuple[str, int]]:
    """What uvloop takes a call by is a transport of its own, as that of an HTTP server."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readline())
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(echo, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()


async def ended(url: str) -> None:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as other:
        while not await (await other.execute(OTHERS, (SLEEP,))).fetchall():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    writer.write(b"still there\n")
    answer = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return answer


def test_who_calls_in_the_moment_that_it_breaks_off_keeps_its_connection(database_url) -> None:
    async def broken_off() -> list[bytes]:
        async with asyncio.timeout(60), Line(database_url) as line, echoing() as address:
            asking = asyncio.create_task(line.ask(SLEEP, []))
            await ended(database_url)
            with pytest.raises(BROKEN):
                await asking
            # By now libpq has closed its socket: one of these has the number that it had.
            calls = [await asyncio.open_connection(*address) for _ in range(CALLERS)]
            await line.hang_up()
            await line.ask("SELECT 1", [])
            return [await answered(*call) for call in calls]

    assert uvloop.run(broken_off()) == [b"still there\n"] * CALLERS
