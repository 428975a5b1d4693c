"""A writer in a process of its own: `python -m tests.adapters.event_store.writing URL KIND COUNT`.

KIND `group` appends by group commit, `library` as the eventsourcing library does.
"""

import asyncio
import random
import sys
from uuid import uuid4

from eventsourcing.persistence import StoredEvent

from adapters.event_store.appender import Appender
from adapters.event_store.mapper import Place
from adapters.event_store.recorder import library_recorder
from tests.adapters.event_store.proposals import ONE, THREE, TWO, following, metadata, proposal
from tests.keys import MAPPER

AT_ONCE = 10
SIZES = (ONE, TWO, THREE)


async def by_group_commit(url: str, count: int) -> None:
    async with Appender(url, MAPPER) as appender:
        await asyncio.gather(*(_one_after_another(appender, count) for _ in range(AT_ONCE)))


async def _one_after_another(appender: Appender, count: int) -> None:
    answer = await appender.append(proposal())
    for _ in range(count - 1):
        answer = await appender.append(following(answer, random.choice(SIZES)))  # noqa: S311 -- any


def as_the_library_does(url: str, count: int) -> None:
    recorder = library_recorder(url)
    stream = uuid4()
    for version in range(1, 2 * count + 1, 2):
        recorder.insert_events(
            [
                StoredEvent(stream, at, *MAPPER.encode(event, metadata(), Place(at, None)))
                for at, event in enumerate(TWO, version)
            ]
        )
    recorder.datastore.close()


if __name__ == "__main__":
    _, url, kind, count = sys.argv
    if kind == "group":
        asyncio.run(by_group_commit(url, int(count)))
    else:
        as_the_library_does(url, int(count))
