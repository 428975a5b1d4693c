"""What has happened, recorded for real, and what the read models show of it."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle, groupby
from operator import itemgetter
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

from adapters.event_store.appender import Appender
from adapters.event_store.log import EventLog
from adapters.event_store.mapper import Place
from adapters.event_store.recorded import ActorStamp, Loaded, Metadata, Proposal
from adapters.personal_data.people import Person
from adapters.personal_data.sealing import new_key
from adapters.postgres.connecting import OPTIONS
from adapters.read_models.projector import Projector
from adapters.read_models.rebuild import Progress, Rebuilt, rebuild
from projections.catalogue import PROJECTIONS
from projections.projection import Projection
from tests.domain.application import histories as past
from tests.keys import KEYS, MAPPER

LEFTOVERS = """SELECT nspname FROM pg_namespace WHERE nspname LIKE 'rebuild%%'
    UNION ALL SELECT runner FROM positions WHERE runner LIKE '%%@rebuild'"""
Happened = Sequence[tuple[UUID, Any]]
LIVES = (past.in_hands, past.in_correction, past.ready, *past.ENDED_AS.values())
# Whoever projects needs no key.
SOME_KEY = new_key(KEYS, UUID(int=0), Person("05513000", "somebody", "Muster")).key
KEYS_DESTROYED = """UPDATE data_keys SET subject = NULL, names = NULL, kek = NULL, wrapped = NULL,
    destroyed_at = clock_timestamp()"""
# As the product connects, but for a machine that does much else at the same time.
PATIENCE = 60
PATIENT: dict[str, Any] = {
    "connect_timeout": PATIENCE,
    "options": f"{OPTIONS} -c lock_timeout={PATIENCE}s -c statement_timeout={2 * PATIENCE}s "
    f"-c idle_in_transaction_session_timeout={2 * PATIENCE}s",
}
COPY = """COPY events (originator_id, originator_version, topic, state, notification_id)
    FROM STDIN"""


def silent(_done: int, _total: int) -> None:
    """Report no progress."""


@dataclass
class Log:
    url: str
    versions: Counter[UUID] = field(default_factory=Counter)

    async def record(self, stream: UUID, *events: Any) -> None:
        await self.record_all([(stream, event) for event in events])

    async def record_all(self, happened: Happened) -> None:
        async with Appender(self.url, MAPPER) as appender, patient_pool(self.url) as connections:
            log = EventLog(connections, MAPPER)
            for stream, some in groupby(happened, key=itemgetter(0)):
                events, before = [event for _, event in some], await log.load(stream)
                await appender.append(following(before, stream, events))
                self.versions[stream] += len(events)

    def fill(self, lives: Iterable[Sequence[Any]]) -> Happened:
        """Record many whole lives at once in the empty log, each a stream of its own."""
        happened = [(stream, event) for life in lives for stream in [uuid4()] for event in life]
        with psycopg.connect(self.url) as connection, connection.cursor().copy(COPY) as copy:
            for position, (stream, event) in enumerate(happened, 1):
                self.versions[stream] += 1
                place = Place(self.versions[stream], SOME_KEY)
                stored = MAPPER.encode(event, metadata(), place)
                copy.write_row((stream, self.versions[stream], *stored, position))
        return happened

    async def project(self, projection: Projection, limits: Sequence[int] = (500,)) -> None:
        """Apply all there is, in batches of these sizes in turn, by a projector of its own."""
        projector = Projector(projection, MAPPER)
        async with self.connection() as connection:
            for limit in cycle(limits):
                step = await projector.step(connection, limit=limit)
                # Nothing, too, while another holds the position: only the log's end is the end.
                if not step.events and await self.is_at_end(projection):
                    return

    async def is_at_end(self, projection: Projection) -> bool:
        (row,) = await self.ask("SELECT coalesce(max(notification_id), 0) AS head FROM events")
        return bool((await self.position(projection))[0] >= row["head"])

    async def project_all(self) -> None:
        for projection in PROJECTIONS:
            await self.project(projection)

    async def step(self, projection: Projection, limit: int) -> None:
        """One batch of a projector that has just been started, and is stopped after it."""
        async with self.connection() as connection:
            await Projector(projection, MAPPER).step(connection, limit=limit)

    async def rebuild(self, projection: Projection, progress: Progress = silent) -> Rebuilt:
        return await rebuild(self.url, projection, MAPPER, progress)

    async def shown(self, projection: Projection) -> list[dict[str, Any]]:
        """Bring the read model up to date and return its rows."""
        await self.project(projection)
        return await self.rows(projection)

    async def rows(self, projection: Projection) -> list[dict[str, Any]]:
        return await self.ask(f"TABLE {projection.name} ORDER BY 1, 2, 3")

    async def ask(self, question: str, *parameters: Any) -> list[dict[str, Any]]:
        async with self.connection() as connection:
            cursor = connection.cursor(row_factory=dict_row)
            return await (await cursor.execute(question.encode(), parameters)).fetchall()

    async def do(self, *statements: str) -> None:
        async with self.connection() as connection:
            for statement in statements:
                await connection.execute(statement.encode())

    async def position(self, projection: Projection) -> tuple[int, int]:
        """Return where the projector stands, and how many events it has applied."""
        (row,) = await self.ask("SELECT * FROM positions WHERE runner = %s", projection.name)
        return row["position"], row["applied"]

    async def parked(self) -> list[tuple[str, UUID, int]]:
        rows = await self.ask("SELECT * FROM parked ORDER BY runner, position")
        return [(row["runner"], row["stream_id"], row["position"]) for row in rows]

    async def leftovers(self) -> list[dict[str, Any]]:
        """Return what a rebuild has left behind."""
        return await self.ask(LEFTOVERS)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection[Any]]:
        async with await AsyncConnection.connect(
            self.url, autocommit=True, **PATIENT
        ) as connection:
            yield connection


def patient_pool(url: str) -> AsyncConnectionPool[AsyncConnection[Any]]:
    asked = {"autocommit": True, **PATIENT}
    return AsyncConnectionPool(
        url, kwargs=asked, min_size=1, max_size=1, open=False, timeout=PATIENCE
    )


def following(before: Loaded, stream: UUID, events: Sequence[Any]) -> Proposal:
    return Proposal(stream, before.version, events, metadata(), b"", before.hash, before.key)


def metadata() -> Metadata:
    actor = ActorStamp(subject="clerk-anna", role="clerk", municipality="05513000")
    return Metadata(command_id=uuid4(), actor=actor, correlation_id="test")
