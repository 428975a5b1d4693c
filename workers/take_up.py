"""Takes up parked streams that a person has sent back: all of their events, in order, or none."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from psycopg.rows import TupleRow

from adapters.bootstrap import Parts
from adapters.read_models.parking import Connection
from adapters.read_models.positions import claim
from workers.passing import will_pass

if TYPE_CHECKING:
    from workers.react import Reaction

LOOK_SECONDS = 1.0
SENT_BACK = """SELECT DISTINCT stream_id FROM parked
    WHERE runner = %s AND requeued_at IS NOT NULL LIMIT 20"""
EVENTS = """SELECT e.originator_id, e.originator_version, e.notification_id, e.topic, e.state,
        e.recorded_at
    FROM parked p JOIN events e ON e.notification_id = p.position
    WHERE p.runner = %s AND p.stream_id = %s ORDER BY p.position"""
DONE = "DELETE FROM parked WHERE runner = %s AND position = %s"
STILL_WRONG = "UPDATE parked SET error = %s WHERE runner = %s AND position = %s"
LEFT = "UPDATE parked SET requeued_at = NULL WHERE runner = %s AND stream_id = %s"
Work = Callable[[TupleRow], Awaitable[None]]

log = structlog.get_logger()


@dataclass(slots=True)
class TakingUp:
    """Looks once a second: a runner is woken by every append."""

    runner: str
    _next: float = 0.0

    async def reaction(self, parts: Parts, connection: Connection, reaction: "Reaction") -> None:
        async def work(row: TupleRow) -> None:
            # What it lacked may be in the catalogue since a moment ago.
            await parts.live_catalogue.catch_up()
            await reaction.once(parts, connection, row)

        await self.look(connection, work)

    async def look(self, connection: Connection, work: Work) -> None:
        """Raise what is no event's fault; the stream stays as it is then."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + LOOK_SECONDS
        for (stream_id,) in await (await connection.execute(SENT_BACK, (self.runner,))).fetchall():
            await self._take_up(connection, stream_id, work)

    async def _take_up(self, connection: Connection, stream_id: UUID, work: Work) -> None:
        """The position is held meanwhile, so that nothing is parked behind our back."""
        async with connection.transaction():
            if await claim(connection, self.runner) is None:
                return
            # What a consumer heard of from Kafka meanwhile is set aside by now, and goes along.
            while await self._all_done(connection, stream_id, work):
                pass
            await connection.execute(LEFT, (self.runner, stream_id))

    async def _all_done(self, connection: Connection, stream_id: UUID, work: Work) -> bool:
        """Work on what is set aside now; False where nothing is, or one is still wrong."""
        cursor = connection.cursor(binary=True)
        await cursor.execute(EVENTS, (self.runner, stream_id))
        rows = await cursor.fetchall()
        for row in rows:
            error = await _tried(connection, work, row)
            if error:
                await connection.execute(STILL_WRONG, (error, self.runner, row[2]))
                return False
            await connection.execute(DONE, (self.runner, row[2]))
        return bool(rows)


async def _tried(connection: Connection, work: Work, row: TupleRow) -> str:
    """Return what kind of error it met, if any."""
    try:
        async with connection.transaction():
            await work(row)
    except Exception as error:
        if will_pass(error):
            raise
        log.warning("parked_again", position=row[2], error=type(error).__name__)
        return type(error).__name__
    return ""
