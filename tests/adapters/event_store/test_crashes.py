"""PostgreSQL dies, a connection breaks at the worst moment: nothing acknowledged is lost."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

import psycopg
import pytest

from adapters.event_store.appender import Appender
from adapters.event_store.errors import ConcurrentUpdate
from adapters.event_store.log import EventLog
from adapters.event_store.recorded import Appended, Recorded
from adapters.postgres.connecting import pool
from adapters.postgres.embedded import EmbeddedPostgres, start
from adapters.postgres.migrations import migrate
from tests.adapters.event_store.holes import streams_with_holes
from tests.adapters.event_store.proposals import TWO, append_at_once, following, proposal, until
from tests.adapters.event_store.wire import Loss
from tests.keys import MAPPER

# A killed server keeps what it has handed to the operating system.
QUICK_BUT_SAFE_WITHOUT_POWER_CUTS = {"fsync": "off", "full_page_writes": "off"}
RESTARTS, WRITERS, SEED = 5, 8, 20_210_616


@pytest.fixture(scope="module")
def fragile_server(tmp_path_factory) -> Iterator[EmbeddedPostgres]:
    home = tmp_path_factory.mktemp("fragile")
    with start(home, QUICK_BUT_SAFE_WITHOUT_POWER_CUTS) as server:
        migrate(server.url)
        yield server


@dataclass
class Writers:
    """Each writes to streams of its own, so every conflict it meets would be a false one."""

    appender: Appender
    acknowledged: dict[UUID, Appended] = field(default_factory=dict)
    conflicts: int = 0
    stopped: bool = False

    async def write(self) -> None:
        asked = proposal(events=TWO)
        while not self.stopped:
            try:
                answer = await self.appender.append(asked)
            except ConcurrentUpdate:
                self.conflicts += 1
                return
            self.acknowledged[asked.metadata.command_id] = answer
            # The answer to a repetition does not say what the stream's chain ends with.
            asked = proposal(events=TWO) if answer.replayed else following(answer, TWO)

    async def have_written(self, more: int) -> None:
        goal = len(self.acknowledged) + more

        async def enough() -> bool:
            return self.conflicts > 0 or len(self.acknowledged) >= goal

        await until(enough)


@pytest.fixture
async def survivors(fragile_server) -> Writers:
    """Writers that went on while the server was killed again and again."""
    dice = random.Random(SEED)  # noqa: S311 -- it times crashes, it guards nothing
    async with Appender(fragile_server.url, MAPPER) as appender, asyncio.TaskGroup() as group:
        writers = Writers(appender)
        for _ in range(WRITERS):
            group.create_task(writers.write())
        for _ in range(RESTARTS):
            await writers.have_written(dice.randint(1, 200))
            await asyncio.to_thread(fragile_server.restart_immediately)
        await writers.have_written(100)
        writers.stopped = True
    return writers


async def test_a_server_killed_again_and_again_loses_nothing_it_acknowledged(
    survivors, fragile_server
) -> None:
    async with pool(fragile_server.url) as connections:
        stored = [e async for page in EventLog(connections, MAPPER).read() for e in page]
    assert (lost(survivors, stored), survivors.conflicts) == ([], 0)
    effects = Counter(e.metadata.command_id for e in stored)
    assert set(effects.values()) == {len(TWO)}
    assert [e.position for e in stored] == list(range(1, len(stored) + 1))
    assert streams_with_holes(stored) == set()


def lost(writers: Writers, stored: list[Recorded]) -> list[UUID]:
    ends = {e.metadata.command_id: (e.version, e.position) for e in stored}
    return [
        command
        for command, answer in writers.acknowledged.items()
        if ends.get(command) != (answer.version, answer.position)
    ]


async def test_reading_goes_on_after_a_restart(fragile_server) -> None:
    async with pool(fragile_server.url, size=3) as connections:
        log = EventLog(connections, MAPPER)
        before = await asyncio.gather(*(log.head() for _ in range(9)))
        await asyncio.to_thread(fragile_server.restart_immediately)
        assert await asyncio.gather(*(log.head() for _ in range(9))) == before


@pytest.mark.parametrize("loss", Loss)
@pytest.mark.parametrize("events", [(), TWO], ids=["without-events", "with-events"])
async def test_an_append_whose_connection_breaks_is_stored_once(wire, log, loss, events) -> None:
    async with Appender(wire.url, MAPPER) as appender:
        # Prepares the statement, so that the next answer is that of the commit.
        await appender.append(proposal(events=events))
        wire.lose_next(loss)
        asked = proposal(events=events)
        answer = await appender.append(asked)
    assert (answer.version, answer.replayed) == (len(events), loss is Loss.ANSWER)
    assert await log.events(asked.stream_id) == list(events)


async def test_a_lost_answer_is_found_again_for_each_append_of_the_batch(wire, log) -> None:
    async with Appender(wire.url, MAPPER) as appender:
        await appender.append(proposal())
        wire.lose_next(Loss.ANSWER)
        batch = [proposal(), proposal(expected_version=9), proposal(events=TWO)]
        one, conflict, two = await append_at_once(appender, batch)
    assert isinstance(conflict, ConcurrentUpdate)
    assert (one.position, two.position, await log.head()) == (2, 4, 4)


def test_the_server_kept_to_its_word(fragile_server) -> None:
    with psycopg.connect(fragile_server.url) as connection:
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
