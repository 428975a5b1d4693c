"""Whatever connection a process opens, PostgreSQL ends what waits on it for too long."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from adapters.event_store.appender import Appender
from adapters.postgres.connecting import connect, pool
from tests.adapters.event_store.proposals import proposal
from tests.keys import MAPPER
from workers.wake import Wake

NAMES = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
LIMITS = f"SELECT {', '.join(f'current_setting({name!r})::interval' for name in NAMES)}"
Limits = tuple[timedelta, ...]


@pytest.fixture
def opened() -> "asyncio.Queue[Limits]":
    """The limits of each connection opened from here on, as the server has them."""
    return asyncio.Queue()


@pytest.fixture(autouse=True)
def asked(
    monkeypatch: pytest.MonkeyPatch, database_url: str, opened: "asyncio.Queue[Limits]"
) -> None:
    database = PurePosixPath(urlsplit(database_url).path).name
    original = psycopg.AsyncConnection.connect.__func__

    async def connect(cls: type, *arguments: Any, **options: Any) -> Any:
        connection = await original(cls, *arguments, **options)
        if connection.info.dbname == database:  # others of this process have others
            opened.put_nowait(await (await connection.execute(LIMITS)).fetchone())
        return connection

    monkeypatch.setattr(psycopg.AsyncConnection, "connect", classmethod(connect))


@asynccontextmanager
async def appending(url: str) -> AsyncIterator[None]:
    async with Appender(url, MAPPER) as appender:
        await appender.append(proposal())
        yield


@asynccontextmanager
async def listening(url: str) -> AsyncIterator[None]:
    task = asyncio.create_task(Wake().listen(url))
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def working(url: str) -> AsyncIterator[None]:
    async with await connect(url):
        yield


@pytest.mark.parametrize("way", [pool, working, appending, listening])
async def test_no_connection_waits_for_ever(database_url, opened, way) -> None:
    async with way(database_url), asyncio.timeout(60):
        limits = await opened.get()
    assert limits == tuple(timedelta(seconds=seconds) for seconds in (5, 30, 30))
