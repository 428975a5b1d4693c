"""A server that talks to each visitor as a test wants; at its end all of them have left."""

import asyncio
from asyncio import start_server
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

LOOPBACK = "127.0.0.1"
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def visited(talk: Talk, host: str | Path = LOOPBACK) -> AsyncIterator[int]:
    """Give its port, if any. A talk that still goes on when the test is done is broken off."""
    visits = set[asyncio.Task[Any] | None]()

    async def visit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visits.add(asyncio.current_task())
        try:
            with suppress(ConnectionError):
                await talk(reader, writer)
        finally:
            await hang_up(writer)

    at_path = isinstance(host, Path)
    starting = asyncio.start_unix_server(visit, host) if at_path else start_server(visit, host, 0)
    async with await starting as server:
        try:
            yield 0 if at_path else server.sockets[0].getsockname()[1]
        finally:
            for going_on in (one for one in visits if one):
                going_on.cancel()
            await asyncio.gather(*(one for one in visits if one), return_exceptions=True)


async def hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
