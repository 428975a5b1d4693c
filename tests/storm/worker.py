"""A worker in a process of its own, until told to stop: `... tests.storm.worker FOLDER NAME`.

It does what `amtsweg work` does, with three runners more: a witness, whose effect is a row that
nothing but the inbox keeps from being there twice; people who pay; and a clock on which days pass.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import psycopg
from psycopg_pool import PoolTimeout

from adapters.bootstrap import open_parts
from adapters.event_store.errors import StoreUnavailable
from adapters.logging import configure_logging
from adapters.runner_names import (
    FIRST_USE,
    HAND_OVER,
    HAND_OVER_SENDER,
    MAIL_SENDER,
    NOTIFIER,
    PAYMENT_PROCESS,
    RELAY,
)
from adapters.settings import Settings, read_settings
from projections.catalogue import PROJECTIONS
from tests.catalogue import telling_applicants_only, with_built_in
from tests.storm.runners import Then, own_clock, own_consumer, own_reaction
from tests.storm.sabotage import CARELESS, be_careless
from tests.torture.desk import PAUSE_SECONDS, Closing, Orphaned, closing
from workers import hand_over, payments
from workers.catalogue import named
from workers.consume import consuming
from workers.react import reacting
from workers.supervision import Runner, supervise

FOLLOWING = (RELAY, NOTIFIER, PAYMENT_PROCESS, HAND_OVER, FIRST_USE)
NAMES = (*(p.name for p in PROJECTIONS), *FOLLOWING, MAIL_SENDER, HAND_OVER_SENDER)
# Three days in minutes.
PAUSES = tuple(0.25 * 2**n for n in range(9))
# Whatever starts containers starts one again that found no database.
DOWN = (psycopg.OperationalError, PoolTimeout, StoreUnavailable, TimeoutError)


def runners_of(worker: str) -> Sequence[Runner]:
    own = (consuming(own_consumer()), reacting(own_reaction()), own_clock(worker))
    return [*named(NAMES), *own]


async def work(settings: Settings, close: Closing, runners: Sequence[Runner]) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    telling = asyncio.create_task(_tell(close, stop))
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
    _, folder, name = sys.argv
    hand_over.PAUSES = PAUSES
    payments.datetime = Then
    if os.environ.get("STORM_SABOTAGE") == CARELESS:
        be_careless()
    asyncio.run(work(read_settings(), closing(Path(folder), "readers"), runners_of(name)))
