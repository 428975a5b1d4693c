"""A wire to PostgreSQL that can be cut, or go silent, at a chosen moment."""

import asyncio
from contextlib import suppress
from enum import Enum, auto
from typing import Self
from urllib.parse import urlsplit

from tests.visitors import hang_up


class Loss(Enum):
    REQUEST = auto()
    ANSWER = auto()


class Wire:
    """`async with Wire(url) as wire`, then connect to `wire.url`."""

    def __init__(self, url: str) -> None:
        self._target = urlsplit(url)
        self._carriers = set[asyncio.Task[None]]()
        self._next_loss: Loss | None = None
        self.is_down = False
        self.is_silent = False

    @property
    def url(self) -> str:
        login = self._target.netloc.rpartition("@")[0]
        port = self._server.sockets[0].getsockname()[1]
        return self._target._replace(netloc=f"{login}@127.0.0.1:{port}").geturl()

    def lose_next(self, loss: Loss) -> None:
        """Cut the connection instead of passing on the next request, or the next answer."""
        self._next_loss = loss

    def go_down(self) -> None:
        self.is_down = True
        for carrier in self._carriers:
            carrier.cancel()

    def come_back(self) -> None:
        self.is_down = False

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.go_down()
        await asyncio.gather(*self._carriers, return_exceptions=True)

    async def _carry(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        carrier = asyncio.current_task()
        assert carrier is not None
        self._carriers.add(carrier)
        try:
            with suppress(OSError, asyncio.CancelledError):
                await self._connect(client, to_client)
        finally:
            self._carriers.discard(carrier)
            await hang_up(to_client)

    async def _connect(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        if self.is_down:
            return
        port = self._target.port or 5432
        server, to_server = await asyncio.open_connection(self._target.hostname, port)
        pumps = [
            asyncio.create_task(self._pump(client, to_server, Loss.REQUEST)),
            asyncio.create_task(self._pump(server, to_client, Loss.ANSWER)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            await hang_up(to_server)

    async def _pump(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, loss: Loss
    ) -> None:
        while data := await source.read(65536):
            if self._next_loss is loss:
                self._next_loss = None
                return
            if not self.is_silent:
                target.write(data)
                await target.drain()
