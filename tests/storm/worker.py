"""A worker in a process of its own, until told to stop: `python -m tests.storm.worker FOLDER`.

It does what `amtsweg work` does, with one consumer more: the witness, whose effect is a row that
nothing but the inbox keeps from being there twice.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

import psycopg
from psycopg_pool import PoolTimeout

from adapters.bootstrap import Parts, open_parts
from adapters.event_names import EVENT_TYPES
from adapters.event_store.errors import StoreUnavailable
from adapters.event_store.recorded import Recorded
from adapters.kafka.topics import aggregate_of
from adapters.logging import configure_logging
from adapters.read_models import inbox
from adapters.runner_names import MAIL_SENDER, NOTIFIER, RELAY
from adapters.settings import Settings, read_settings
from projections.catalogue import PROJECTIONS
from tests.catalogue import telling_applicants_only, with_built_in
from tests.torture.desk import PAUSE_SECONDS, Closing, Orphaned, closing
from workers.catalogue import named
from workers.consume import Consumer, consuming
from workers.react import Connection
from workers.supervision import supervise

WITNESS = "witness"
NAMES = (*(projection.name for projection in PROJECTIONS), RELAY, NOTIFIER, MAIL_SENDER)
APPLICATION = "application"
WITNESSED = [one for one in EVENT_TYPES if aggregate_of(one) == APPLICATION]
COUNT = "INSERT INTO witnessed (stream_id, version) VALUES (%s, %s)"
# Whatever starts containers starts one again that found no database.
DOWN = (psycopg.OperationalError, PoolTimeout, StoreUnavailable, TimeoutError)
FORGETS = "forgets"


async def count(_: Parts, connection: Connection, recorded: Recorded) -> None:
    await connection.execute(COUNT, (recorded.stream_id, recorded.version))


def sabotage() -> None:
    """Let the inbox take everything for new, so that the storm's checks have something to find."""
    took = inbox.take

    async def take(connection: Connection, consumer: str, row: Any) -> bool:
        await took(connection, consumer, row)
        return True

    inbox.take = take


async def work(settings: Settings, close: Closing) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    telling = asyncio.create_task(_tell(close, stop))
    runners = [*named(NAMES), consuming(Consumer(WITNESS, dict.fromkeys(WITNESSED, count)))]
    while not stop.is_set():
        try:
            async with open_parts(settings, settings.database_url or "") as parts:
                await supervise(telling_applicants_only(with_built_in(parts)), runners, stop)
        except DOWN:
            await asyncio.sleep(PAUSE_SECONDS)
    telling.cancel()


async def _tell(close: Closing, stop: asyncio.Event) -> None:
    try:
        while not close.told:  # noqa: ASYNC110 -- a file has no event for it
            await asyncio.sleep(PAUSE_SECONDS)
    except Orphaned:
        pass
    stop.set()


if __name__ == "__main__":
    configure_logging()
    if os.environ.get("STORM_SABOTAGE") == FORGETS:
        sabotage()
    asyncio.run(work(read_settings(), closing(Path(sys.argv[1]), "readers")))
