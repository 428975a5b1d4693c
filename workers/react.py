"""A reaction follows the log and does something for each event it is interested in.

At least once: the position moves after the work. Handlers make twice the same as once, by command
ids and keys derived from the event.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from adapters.bootstrap import Parts
from adapters.event_store.log import END, recorded
from adapters.event_store.recorded import ActorStamp, Metadata, Recorded
from adapters.ids import derived_id
from adapters.postgres.connecting import connect
from adapters.read_models.parking import (
    EARLIER_IS_PARKED,
    park,
    parked_streams,
)
from adapters.read_models.positions import begin, claim, move
from adapters.read_models.projector import read_after
from workers.passing import will_pass
from workers.supervision import Runner, Tools
from workers.take_up import TakingUp

BATCH = 50
TRIES = 3
PAUSE_SECONDS = 0.05

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
            read = await read_after(connection, after, END, BATCH)
            rows, names = await self.due(parts, connection, read), self.names(parts)
            for row in rows:
                if row[3] in names:
                    await self.handle(parts, connection, row)
            if rows:
                await move(connection, self.name, rows[-1][2], len(rows))
            return len(rows)

    def names(self, parts: Parts) -> frozenset[str]:
        """Under which names the events that matter are stored."""
        return parts.mapper.stored_names(event_type.__name__ for event_type in self.on)

    async def due(
        self, _parts: Parts, _connection: Connection, rows: Sequence[TupleRow]
    ) -> Sequence[TupleRow]:
        """Return those of the next events, from the first on, that may be worked through now."""
        return rows

    async def handle(self, parts: Parts, connection: Connection, row: TupleRow) -> None:
        """Try a few times, then set the event's stream aside so that others flow on."""
        if await parked_streams(connection, self.name, [row[0]]):
            await park(connection, self.name, row, EARLIER_IS_PARKED)
            return
        for attempt in range(1, TRIES + 1):
            try:
                async with connection.transaction():
                    await self.once(parts, connection, row)
            except Exception as error:
                if will_pass(error):
                    raise
                if attempt == TRIES:
                    await park(connection, self.name, row, type(error).__name__)
                await asyncio.sleep(PAUSE_SECONDS * attempt)
            else:
                return

    async def turn(self, tools: Tools, connection: Connection, taking_up: TakingUp) -> int:
        """Take up what was sent back, then the next events; return how many of them were read."""
        await taking_up.reaction(tools.parts, connection, self)
        return await self.step(tools.parts, connection)

    async def once(self, parts: Parts, connection: Connection, row: TupleRow) -> None:
        """Handlers see to it themselves that twice is once."""
        await self.effect(parts, connection, row)

    async def effect(self, parts: Parts, connection: Connection, row: TupleRow) -> None:
        """Nobody is judged by a catalogue that is older than the event: its town may be new."""
        await parts.live_catalogue.known_up_to(row[2])
        event = recorded(parts.mapper, row)
        await self.on[type(event.event)](parts, connection, event)


def reacting(reaction: Reaction) -> Runner:
    async def run(tools: Tools) -> None:
        taking_up = TakingUp(reaction.name)
        async with await connect(tools.parts.url) as connection:
            await begin(connection, reaction.name)
            while True:
                ticket = tools.wake.ticket()
                await tools.pulse.beat()
                if await reaction.turn(tools, connection, taking_up) < BATCH:
                    await tools.wake.gather(ticket)

    return Runner(reaction.name, run)


def because_of(event: Recorded, who: str) -> Metadata:
    """The envelope of a command that an event calls for: the same event, the same command."""
    return Metadata(
        command_id=derived_id(who, event.event_id),
        actor=ActorStamp(who, "system"),
        correlation_id=event.metadata.correlation_id,
        causation_id=event.event_id,
    )
