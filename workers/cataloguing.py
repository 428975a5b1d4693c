"""The catalogue from the command line: an office over a database, without the rest of the house."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.catalogue.live import LiveCatalogue
from adapters.event_store.appender import Appender
from adapters.event_store.log import EventLog
from adapters.event_store.mapping import event_mapper
from adapters.event_store.office import Office
from adapters.postgres.connecting import connect, pool


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Office]:
    mapper = event_mapper()
    await (await connect(url)).close()  # says at once what a pool would try again and again
    async with pool(url, 2) as reading, Appender(url, mapper) as appender:
        yield Office(EventLog(reading, mapper), appender)


async def published(office: Office) -> dict[str, int]:
    """Return the newest version of each service that towns may adopt."""
    live = LiveCatalogue(office.log)
    await live.catch_up()
    return live.newest_published()
