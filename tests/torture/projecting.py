"""Keeps the worklist, in a process of its own: `python -m tests.torture.projecting FOLDER`."""

import asyncio
import os
import sys
from pathlib import Path

import psycopg

from adapters.event_names import EVENT_TYPES
from adapters.event_store.mapper import EventMapper
from adapters.logging import configure_logging
from adapters.postgres.connecting import connect
from adapters.read_models.projector import Projector
from projections.worklist import WORKLIST
from tests.torture.desk import PAUSE_SECONDS, Closing, closing

BATCH = 50


async def project(url: str, close: Closing) -> None:
    """Go on until told to stop and at the end of the log, over new connections where need be."""
    projector = Projector(WORKLIST, EventMapper(EVENT_TYPES))
    ended = False
    while not ended:
        try:
            async with await connect(url) as connection:
                ended = await _go_on(projector, connection, close)
        except (psycopg.OperationalError, psycopg.InterfaceError):
            await asyncio.sleep(PAUSE_SECONDS)


async def _go_on(projector: Projector, connection: psycopg.AsyncConnection, close: Closing) -> bool:
    while True:
        last = close.told
        step = await projector.step(connection, limit=BATCH)
        if not step.events:
            # No events at position 0: another one, killed just now, still holds the place.
            if last and step.position:
                return True
            await asyncio.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    configure_logging()
    asyncio.run(project(os.environ["DATABASE_URL"], closing(Path(sys.argv[1]), "readers")))
