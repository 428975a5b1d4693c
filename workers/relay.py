"""Publishes the log to Kafka: at least once, in order, and far away from everybody who waits.

The position moves once Kafka has everything before it. What was sent and not noted is sent again,
so a consumer meets an event twice, and never one of a stream before the one before it.
"""

import asyncio
from itertools import takewhile
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from psycopg.rows import TupleRow

from adapters.bootstrap import Parts
from adapters.crash_points import CrashPoint, reach
from adapters.event_store.errors import UnknownEvent
from adapters.event_store.log import AFTER, END
from adapters.kafka.cloud_events import Message, message_of
from adapters.kafka.errors import KafkaUnavailable
from adapters.kafka.topics import AGGREGATES, LARGEST_BYTES
from adapters.postgres.connecting import OPTIONS, connect
from adapters.read_models.parking import EARLIER_IS_PARKED, any_parked, park, parked_streams
from adapters.read_models.positions import begin, claim, move
from adapters.runner_names import RELAY
from workers.react import Connection
from workers.supervision import Runner, Tools
from workers.take_up import TakingUp

if TYPE_CHECKING:
    from adapters.kafka.publisher import Publisher

PAGE, MOST, MOST_BYTES = 500, 10_000, 8 * 1024 * 1024
OFF = "no Kafka"
WAITING = "waiting"
MOST_HEADERS = 64 * 1024
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 5.0
# The transaction stands still while Kafka is waited for.
PATIENT = f"{OPTIONS} -c idle_in_transaction_session_timeout=90s"

log = structlog.get_logger()


class TooLargeForKafka(Exception):
    """Kafka would not take this event, now or later."""


class Relay:
    """Nothing more is read than is under way, and all of it is acknowledged or nothing."""

    def __init__(self, parts: Parts, publisher: "Publisher") -> None:
        self._parts = parts
        self._publisher = publisher
        self._prefix = publisher.access.prefix

    async def step(self, connection: Connection) -> int:
        """Publish the next events and return how many; zero while another works on it.

        Raise KafkaUnavailable, or UnknownEvent where the next one is of a newer version; then
        nothing has moved.
        """
        async with connection.transaction():
            after = await claim(connection, RELAY)
            if after is None:
                return 0
            self._reach(CrashPoint.RELAY_AFTER_CLAIM)
            position, events = await self._publish(connection, after)
            if not events:
                return 0
            self._reach(CrashPoint.RELAY_AFTER_SEND)
            await self._publisher.settle()
            self._reach(CrashPoint.RELAY_AFTER_ACKNOWLEDGEMENT)
            await move(connection, RELAY, position, events)
            self._reach(CrashPoint.RELAY_AFTER_MOVE)
        self._reach(CrashPoint.RELAY_AFTER_COMMIT)
        return events

    async def publish_parked(self, row: TupleRow) -> None:
        """Publish one event that was set aside. Raise KafkaUnavailable."""
        await self._publisher.send([_message(self._prefix, row)])
        await self._publisher.settle()

    def _reach(self, point: CrashPoint) -> None:
        reach(point, self._parts.settings.crash_at)

    async def _publish(self, connection: Connection, after: int) -> tuple[int, int]:
        """Hand over pages; return the last position, and how many events that were.

        While the thread sends a page, the next one is read and made into messages.
        """
        read = await self._page(after)
        events, size, rows = 0, 0, _of_this_version(read)
        if read and not rows:
            raise UnknownEvent(read[0][3])
        messages = await self._messages(connection, rows)
        while rows:
            after, events = rows[-1][2], events + len(rows)
            size += sum(len(row[4]) for row in rows)
            goes_on = len(rows) == PAGE and events < MOST and size < MOST_BYTES
            sending = asyncio.create_task(self._publisher.send(messages))
            try:
                rows = _of_this_version(await self._page(after)) if goes_on else []
                messages = await self._messages(connection, rows)
            finally:
                await sending
        return after, events

    async def _page(self, after: int) -> list[TupleRow]:
        return await self._parts.log.rows(AFTER, (after, END, PAGE))

    async def _messages(self, connection: Connection, rows: list[TupleRow]) -> list[Message]:
        """Set aside what makes no message, and what follows it; the other streams flow on."""
        messages, parked = list[Message](), set[UUID]()
        if rows and await any_parked(connection, RELAY):  # nearly never
            parked = await parked_streams(connection, RELAY, {row[0] for row in rows})
        for row in rows:
            if parked and row[0] in parked:
                await park(connection, RELAY, row, EARLIER_IS_PARKED)
                continue
            try:
                messages.append(_message(self._prefix, row))
            except Exception as error:  # noqa: BLE001 -- made of this event alone, so its fault
                await park(connection, RELAY, row, type(error).__name__)
                parked.add(row[0])
        return messages


def _of_this_version(rows: list[TupleRow]) -> list[TupleRow]:
    """What a newer version has recorded is published by a newer one: nothing goes past it."""
    return list(takewhile(lambda row: row[3] in AGGREGATES, rows))


def _message(prefix: str, row: TupleRow) -> Message:
    if len(row[4]) > LARGEST_BYTES - MOST_HEADERS:
        raise TooLargeForKafka
    return message_of(prefix, row)


async def run(tools: Tools) -> None:
    access = tools.parts.kafka
    if access is None:
        await _rest(tools)
        return
    # Imported only now: without Kafka nobody has to wait for its client, or to hold it in memory.
    from adapters.kafka.publisher import Publisher

    publisher = Publisher(access)
    try:
        await _follow(tools, Relay(tools.parts, publisher))
    finally:
        await publisher.close()


async def _follow(tools: Tools, relay: Relay) -> None:
    """Kafka that is down is waited for, and so is a newer version; nobody waits for it."""
    pause, taking_up, told = FIRST_PAUSE, TakingUp(RELAY), ""
    async with await connect(tools.parts.url, options=PATIENT) as connection:
        await begin(connection, RELAY)
        while True:
            ticket = tools.wake.ticket()
            try:
                await tools.pulse.beat()
                await taking_up.look(connection, relay.publish_parked)
                if not await relay.step(connection):
                    await tools.wake.wait(ticket)
                pause, told = FIRST_PAUSE, ""
            except (KafkaUnavailable, UnknownEvent) as error:
                said = str(error if isinstance(error, UnknownEvent) else error.args[0])
                if said != told:
                    log.warning("relay_waits", error=said)
                told = said
                await tools.pulse.beat(WAITING, said)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)


async def _rest(tools: Tools) -> None:
    while True:
        await tools.pulse.beat(detail=OFF)
        await tools.wake.wait(tools.wake.ticket())


RUNNER = Runner(RELAY, run)
