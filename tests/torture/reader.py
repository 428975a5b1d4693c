"""Tails the log by position, which is kept outside: `python -m tests.torture.reader FOLDER`."""

import asyncio
import os
import sys
from pathlib import Path
from uuid import UUID

from adapters.event_names import EVENT_TYPES
from adapters.event_store.log import EventLog
from adapters.event_store.mapper import EventMapper
from adapters.logging import configure_logging
from adapters.postgres.connecting import pool
from tests.torture.desk import ANSWER_LOST, PAUSE_SECONDS, closing
from tests.torture.journal import whole

Seen = tuple[int, UUID]
FILE = "reader.seen"


def seen_in(file: Path) -> list[Seen]:
    lines = (line.split() for line in whole(file).decode().splitlines())
    return [(int(position), UUID(event_id)) for position, event_id in lines]


async def tail(url: str, folder: Path) -> None:
    """Go on where a killed one has left off, until told to stop and at the end of the log."""
    file, close = folder / FILE, closing(folder, "readers")
    position = max((position for position, _ in seen_in(file)), default=0)
    seen = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.ftruncate(seen, len(whole(file)))
    async with pool(url, 1) as connections:
        log = EventLog(connections, EventMapper(EVENT_TYPES))
        while True:
            last = close.told
            try:
                page = await log.page(position, limit=100)
            except ANSWER_LOST:
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            if page:
                os.write(seen, "".join(f"{e.position} {e.event_id}\n" for e in page).encode())
                position = page[-1].position
            elif last:
                break
            else:
                await asyncio.sleep(PAUSE_SECONDS)
    os.close(seen)


if __name__ == "__main__":
    configure_logging()
    asyncio.run(tail(os.environ["DATABASE_URL"], Path(sys.argv[1])))
