"""A reaction follows the log and does something for each event it is interested in.

At least once: the position moves after the work. Handlers make twice the same as once, by command
ids and keys derived from the event.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog
from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from adapters.bootstrap import Parts
from adapters.event_store.errors import StoreError
from adapters.event_store.recorded import ActorStamp, Metadata, Recorded
from adapters.ids import derived_id
from adapters.postgres.connecting import connect
from adapters.read_models.positions import claim, is_parked, move, park
from workers.supervision import Runner, Tools

BATCH = 50
TRIES = 3

log = structlog.get_logger()
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
            page = await parts.log.page(after, limit=BATCH)
            for recorded in page:
                if type(recorded.event) in self.on:
                    await self._handle(parts, connection, recorded)
            if page:
                await move(connection, self.name, page[-1].position, len(page))
            return len(page)

    async def _handle(self, parts: Parts, connection: Connection, recorded: Recorded) -> None:
        """Try a few times, then set the event's stream aside so that others flow on."""
        if await is_parked(connection, self.name, recorded.stream_id):
            await park(connection, self.name, recorded, "an earlier event is parked")
            return
        for attempt in range(1, TRIES + 1):
            try:
                async with connection.transaction():
                    await self.on[type(recorded.event)](parts, connection, recorded)
            except (StoreError, OSError):
                raise
            except Exception as error:  # noqa: BLE001 -- whatever it is, one stream waits for a person
                if attempt == TRIES or connection.closed:
                    await park(connection, self.name, recorded, type(error).__name__)
                await asyncio.sleep(0.05 * attempt)
            else:
                return


def reacting(reaction: Reaction) -> Runner:
    async def run(tools: Tools) -> None:
        async with await connect(tools.parts.url) as connection:
            while True:
                ticket = tools.wake.ticket()
                await tools.pulse.beat()
                if not await reaction.step(tools.parts, connection):
                    await tools.wake.wait(ticket)

    return Runner(reaction.name, run)


def because_of(recorded: Recorded, who: str) -> Metadata:
    """The envelope of a command that an event calls for: the same event, the same command."""
    return Metadata(
        command_id=derived_id(who, recorded.event_id),
        actor=ActorStamp(who, "system"),
        correlation_id=recorded.metadata.correlation_id,
        causation_id=recorded.event_id,
    )
