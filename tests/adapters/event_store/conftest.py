"""The event store over a fresh database: its log, its appender, its office."""

from collections.abc import AsyncIterator

import pytest

from adapters.event_store.appender import Appender
from adapters.event_store.log import EventLog
from adapters.event_store.office import Office
from adapters.postgres.connecting import pool
from tests.adapters.event_store.wire import Wire
from tests.keys import MAPPER


@pytest.fixture
async def log(database_url) -> AsyncIterator[EventLog]:
    async with pool(database_url) as connections:
        yield EventLog(connections, MAPPER)


@pytest.fixture
async def appender(database_url) -> AsyncIterator[Appender]:
    async with Appender(database_url, MAPPER) as open_appender:
        yield open_appender


@pytest.fixture
def office(log, appender) -> Office:
    return Office(log, appender)


@pytest.fixture
async def wire(database_url) -> AsyncIterator[Wire]:
    async with Wire(database_url) as wire:
        yield wire
