"""A reaction that hears of events from Kafka, too, and handles each of them once.

Kafka says which stream has gone on; the event is read from the log. Repetitions, other orders,
gaps and whatever a stranger may write there change nothing: an inbox, in the transaction of the
effect, says how far each stream is handled. The log is followed as well, a little behind: what
Kafka has not brought by then is handled from there.
"""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from psycopg.errors import LockNotAvailable
from psycopg.rows import TupleRow

from adapters.bootstrap import Parts
from adapters.crash_points import CrashPoint, reach
from adapters.kafka.errors import KafkaUnavailable
from adapters.kafka.topics import aggregate_of
from adapters.postgres.connecting import OPTIONS, connect
from adapters.read_models import inbox
from adapters.read_models.positions import begin, stands_at
from workers.react import BATCH, Connection, Reaction
from workers.supervision import Runner, Tools
from workers.take_up import TakingUp

if TYPE_CHECKING:
    from adapters.kafka.subscriber import Subscriber

# How long Kafka may take to bring an event, before it is handled from the log.
GRACE = timedelta(seconds=5)
PAUSE_SECONDS = 2.0
# Others wait behind a stream that is waited for.
BRIEFLY = f"{OPTIONS} -c lock_timeout=500ms"
FROM_LOG, FROM_KAFKA, WITHOUT_KAFKA = "from the log", "from Kafka", "from the log; no Kafka"
MISSING = """SELECT originator_id, originator_version, notification_id, topic, state, recorded_at
    FROM events WHERE originator_id = %b AND originator_version > %b AND notification_id > %b
    AND topic = ANY(%b) ORDER BY originator_version"""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Consumer(Reaction):
    @property
    def aggregates(self) -> list[str]:
        return sorted({aggregate_of(event_type) for event_type in self.on})

    async def once(self, parts: Parts, connection: Connection, row: TupleRow) -> None:
        """Handle an event, unless it was handled before; both or neither."""
        reach(CrashPoint.CONSUMER_BEFORE_EFFECT, parts.settings.crash_at)
        if await inbox.take(connection, self.name, row):
            await self.effect(parts, connection, row)
        reach(CrashPoint.CONSUMER_AFTER_EFFECT, parts.settings.crash_at)

    async def catch_up(self, parts: Parts, connection: Connection, stream_id: UUID) -> None:
        """Handle what is not handled yet of a stream, in order."""
        names = self.names(parts)
        async with connection.transaction():
            version = await inbox.hold(connection, self.name, stream_id)
            position = await stands_at(connection, self.name)
            rows = await parts.log.rows(MISSING, (stream_id, version, position, list(names)))
            for row in rows:
                await self.handle(parts, connection, row)

    async def due(
        self, parts: Parts, connection: Connection, rows: Sequence[TupleRow]
    ) -> Sequence[TupleRow]:
        """Where Kafka is named, follow the log only as far as Kafka was waited for."""
        if parts.kafka is None:
            return rows
        names, late = self.names(parts), datetime.now(UTC) - GRACE
        had = await inbox.had(connection, self.name, list({row[0] for row in rows}))
        for number, (stream_id, version, _, name, _, recorded_at) in enumerate(rows):
            if name in names and had.get(stream_id, 0) < version and recorded_at > late:
                return rows[:number]
        return rows


@dataclass(slots=True)
class _Hearing:
    """`detail`: where events come from just now, for whoever looks at the runner."""

    consumer: Consumer
    detail: str = FROM_LOG

    async def run(self, tools: Tools) -> None:
        access = tools.parts.kafka
        if access is None:
            return
        # Imported only now: without Kafka nobody has to wait for its client.
        from adapters.kafka.subscriber import Subscriber

        subscriber = Subscriber(access, self.consumer.name, self.consumer.aggregates)
        try:
            async with await connect(tools.parts.url, options=BRIEFLY) as connection:
                while True:
                    await self._round(tools.parts, connection, subscriber)
        finally:
            await subscriber.close()

    async def _round(self, parts: Parts, connection: Connection, subscriber: "Subscriber") -> None:
        try:
            await self._hear(parts, connection, subscriber)
            self.detail = FROM_KAFKA
        except KafkaUnavailable as error:
            if self.detail != WITHOUT_KAFKA:
                name = self.consumer.name
                log.warning("consumer_without_kafka", runner=name, error=error.args[0])
            self.detail = WITHOUT_KAFKA
            await asyncio.sleep(PAUSE_SECONDS)

    async def _hear(self, parts: Parts, connection: Connection, subscriber: "Subscriber") -> None:
        heard = await subscriber.poll()
        if not heard:
            return
        crash_at = parts.settings.crash_at
        reach(CrashPoint.CONSUMER_AFTER_POLL, crash_at)
        names = self.consumer.names(parts)
        position = await stands_at(connection, self.consumer.name)
        told = (h.stream_id for h in heard if h.name in names and h.position > position)
        for stream_id in _each_once(told):
            # Whoever has the stream in hands just now follows the log, and so do we.
            with suppress(LockNotAvailable):
                await self.consumer.catch_up(parts, connection, stream_id)
        reach(CrashPoint.CONSUMER_BEFORE_OFFSETS, crash_at)
        await subscriber.commit()
        reach(CrashPoint.CONSUMER_AFTER_OFFSETS, crash_at)


def _each_once(streams: Iterable[UUID]) -> Iterable[UUID]:
    return dict.fromkeys(streams)


def consuming(consumer: Consumer) -> Runner:
    """Work from the log alone, or from Kafka where one is named."""

    async def run(tools: Tools) -> None:
        hearing = _Hearing(consumer)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_follow(tools, consumer, hearing))
                group.create_task(hearing.run(tools))
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None  # by its own kind, for whoever restarts us

    return Runner(consumer.name, run)


async def _follow(tools: Tools, consumer: Consumer, hearing: _Hearing) -> None:
    taking_up = TakingUp(consumer.name)
    async with await connect(tools.parts.url) as connection:
        await begin(connection, consumer.name)
        while True:
            ticket = tools.wake.ticket()
            await tools.pulse.beat(detail=hearing.detail)
            read = await consumer.step(tools.parts, connection)
            await taking_up.reaction(tools.parts, connection, consumer)
            if read < BATCH:
                await tools.wake.gather(ticket)
            await inbox.forget_before(
                connection, consumer.name, await stands_at(connection, consumer.name)
            )
