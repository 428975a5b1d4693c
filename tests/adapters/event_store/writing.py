"""A writer in a process of its own: `python -m tests.adapters.event_store.writing URL KIND COUNT`.

KIND `group` appends by group commit, `library` as the eventsourcing library does.
"""

import asyncio
import random
import sys
from uuid import uuid4

from eventsourcing.persistence import StoredEvent

from adapters.event_store.appender import Appender
from adapters.event_store.recorder import library_recorder
from tests.adapters.event_store.proposals import MAPPER, ONE, THREE, TWO, metadata, proposal

AT_ONCE = 10
SIZES = (ONE, TWO, THREE)


async def by_group_commit(url: str, count: int) -> None:
    async with Appender(url, MAPPER) as appender:
        await asyncio.gather(*(_one_after_another(appender, count) for _ in range(AT_ONCE)))


async def _one_after_another(appender: Appender, count: int) -> None:
    stream, version = uuid4(), 0
    for _ in range(count):
        events = random.choice(SIZES)  # noqa: S311 -- any will do
        version = (await appender.append(proposal(stream, version, events))).version


def as_the_library_does(url: str, count: int) -> None:
    recorder = library_recorder(url)
    stream = uuid4()
    for version in range(1, 2 * count + 1, 2):
        recorder.insert_events(
            [
                StoredEvent(stream, version + n, *MAPPER.encode(event, metadata()))
                for n, event in enumerate(TWO)
            ]
        )
    recorder.datastore.close()


if __name__ == "__main__":
    _, url, kind, count = sys.argv
    if kind == "group":
        asyncio.run(by_group_commit(url, int(count)))
    else:
        as_the_library_does(url, int(count))
