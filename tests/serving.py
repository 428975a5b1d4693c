"""A real HTTP server on a free loopback port, for as long as a test needs it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

DEADLINE = 90.0


def listen() -> socket.socket:
    """Take a free port early, for an application that must know its own address."""
    return socket.create_server(("127.0.0.1", 0))


def address_of(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


@asynccontextmanager
async def serve(app: Any, listener: socket.socket | None = None) -> AsyncIterator[str]:
    """Give the base URL of the running server."""
    listener = listener or listen()
    config = uvicorn.Config(
        app,
        log_config=None,
        ws="none",
        timeout_graceful_shutdown=2,
        timeout_keep_alive=600,  # what is sent just as it ends a connection is lost
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        async with asyncio.timeout(DEADLINE):
            await _started(server, serving)
        yield address_of(listener)
    finally:
        server.should_exit = True
        await serving


async def _started(server: uvicorn.Server, serving: "asyncio.Task[None]") -> None:
    while not server.started and not serving.done():  # noqa: ASYNC110  uvicorn has no event for it
        await asyncio.sleep(0.01)
