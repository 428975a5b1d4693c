"""A reaction follows the log and does something for each event it is interested in.

At least once: the position moves after the work. Handlers make twice the same as once, by command
ids and keys derived from the event.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from adapters.bootstrap import Parts
from adapters.event_store.errors import ConcurrentUpdate, StoreIsBusy, StoreUnavailable
from adapters.event_store.log import AFTER, END, recorded
from adapters.event_store.recorded import ActorStamp, Metadata, Recorded
from adapters.ids import derived_id
from adapters.postgres.connecting import connect
from adapters.read_models.parking import (
    EARLIER_IS_PARKED,
    is_fault_of_event,
    park,
    parked_streams,
)
from adapters.read_models.positions import claim, move
from workers.supervision import Runner, Tools

BATCH = 50
TRIES = 3
PAUSE_SECONDS = 0.05
PASSING = (ConcurrentUpdate, StoreIsBusy, StoreUnavailable, OSError)

Connection = AsyncConnection[TupleRow]
Handler = Callable[[Parts, Connection, Recorded], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Reaction:
    name: str
    on: Mapping[type, Handler]

    async def step(self, parts: Parts, connection: Connection) -> int:
        """Work through the next events of the log; return how many were read."""
        async with connection.transaction():
            after = await claim(connection, self.name)
            if after is None:
                return 0
            rows = await parts.log.rows(AFTER, (after, END, BATCH))
            names = parts.mapper.stored_names(event_type.__name__ for event_type in self.on)
            for row in rows:
                if row[3] in names:
                    await self._handle(parts, connection, row)
            if rows:
                await move(connection, self.name, rows[-1][2], len(rows))
            return len(rows)

    async def _handle(self, parts: Parts, connection: Connection, row: TupleRow) -> None:
        """Try a few times, then set the event's stream aside so that others flow on."""
        if await parked_streams(connection, self.name, [row[0]]):
            await park(connection, self.name, row, EARLIER_IS_PARKED)
            return
        for attempt in range(1, TRIES + 1):
            try:
                event = recorded(parts.mapper, row)
                async with connection.transaction():
                    await self.on[type(event.event)](parts, connection, event)
            except Exception as error:
                if will_pass(error):
                    raise
                if attempt == TRIES:
                    await park(connection, self.name, row, type(error).__name__)
                await asyncio.sleep(PAUSE_SECONDS * attempt)
            else:
                return


def will_pass(error: Exception) -> bool:
    """The database or the network, not this event: the runner starts again and tries anew."""
    return isinstance(error, PASSING) or not is_fault_of_event(error)


def reacting(reaction: Reaction) -> Runner:
    async def run(tools: Tools) -> None:
        async with await connect(tools.parts.url) as connection:
            while True:
                ticket = tools.wake.ticket()
                await tools.pulse.beat()
                if not await reaction.step(tools.parts, connection):
                    await tools.wake.wait(ticket)

    return Runner(reaction.name, run)


def because_of(event: Recorded, who: str) -> Metadata:
    """The envelope of a command that an event calls for: the same event, the same command."""
    return Metadata(
        command_id=derived_id(who, event.event_id),
        actor=ActorStamp(who, "system"),
        correlation_id=event.metadata.correlation_id,
        causation_id=event.event_id,
    )
