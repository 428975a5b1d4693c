"""Shows the news in all read models of a process at once: one read of the log, one commit.

Only where all is well. Who lags far behind, has streams set aside or cannot apply an event is left
to a projector of its own, so that it holds up no other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from psycopg import AsyncConnection, AsyncCursor
from psycopg.rows import TupleRow

from adapters.event_store.log import END
from adapters.event_store.mapper import EventMapper
from adapters.read_models.projector import BATCH, Projector, ask_after, fact, read_after, run_all
from adapters.read_models.statements import Fact

# Whoever is further behind than a batch would be waited for by the others.
FIT = """SELECT runner, position FROM positions
    WHERE runner = ANY(%(runners)s)
        AND position + %(batch)s > (SELECT max(position) FROM positions
            WHERE runner = ANY(%(runners)s))
        AND NOT EXISTS (SELECT FROM parked WHERE parked.runner = positions.runner)"""
CLAIM = f"{FIT} FOR UPDATE SKIP LOCKED"
BEGIN, COMMIT = "BEGIN", "COMMIT"
MOVE = """UPDATE positions SET position = %s, applied = applied + moved.events,
        moved_at = clock_timestamp()
    FROM unnest(%s::text[], %s::bigint[]) AS moved (runner, events)
    WHERE positions.runner = moved.runner"""

Connection = AsyncConnection[TupleRow]
Cursor = AsyncCursor[TupleRow]
Rows = Sequence[TupleRow]
Stands = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Round:
    """`fit`: who takes part, here or in another worker. `events`: how many were read for them."""

    fit: frozenset[str]
    events: int


class Together:
    """Speaks with the database twice a round: who may be shown what, and then all of it. To wait
    for another answer takes longer than to show the news, while others of the process are at work.
    """

    def __init__(self, projectors: Sequence[Projector], mapper: EventMapper) -> None:
        self._projectors = {projector.runner: projector for projector in projectors}
        self._given = {"runners": list(self._projectors), "batch": BATCH}
        self._mapper = mapper
        self._reached = 0  # where they stand, unless another worker has moved them

    async def step(self, connection: Connection) -> Round:
        """Apply the next batch; zero events at the end of the log, or while another works on it.

        Raise whatever is in the way. Nothing has moved then; close the connection, which is still
        in its transaction.
        """
        async with connection.pipeline():
            await connection.execute(BEGIN)
            asked = await self._ask(connection, CLAIM)
            expected = await ask_after(connection, self._reached, END, BATCH)
            claimed: Stands = dict(await asked.fetchall())
            fit = claimed if self._are_all(claimed) else await self._fit(connection)
            rows = await self._news(connection, claimed, expected)
            if rows:
                await self._show(connection, claimed, rows)
            await connection.execute(COMMIT)
        self._reached = rows[-1][2] if rows else min(fit.values(), default=0)
        return Round(frozenset(fit), len(rows))

    async def _ask(self, connection: Connection, question: str) -> Cursor:
        return await connection.execute(question.encode(), self._given, prepare=True)

    def _are_all(self, claimed: Stands) -> bool:
        return len(claimed) == len(self._projectors)

    async def _fit(self, connection: Connection) -> Stands:
        return dict(await (await self._ask(connection, FIT)).fetchall())

    async def _news(self, connection: Connection, claimed: Stands, expected: Cursor) -> Rows:
        if not claimed:
            return ()
        after = min(claimed.values())
        if after == self._reached:
            return await expected.fetchall()
        return await read_after(connection, after, END, BATCH)

    async def _show(self, connection: Connection, claimed: Stands, rows: Rows) -> None:
        """Show to each what it has not read, and move them all to where this ends."""
        decoded, moved = dict[int, Fact](), dict[str, int]()

        def event(row: TupleRow) -> Fact:
            if row[2] not in decoded:
                decoded[row[2]] = fact(self._mapper, row)
            return decoded[row[2]]

        async with connection.cursor() as cursor:
            for runner, position in claimed.items():
                projector = self._projectors[runner]
                unread = [row for row in rows if row[2] > position]
                wanted = map(event, filter(projector.shows, unread))
                await run_all(cursor, projector.groups(wanted))
                moved[runner] = len(unread)
            await cursor.execute(MOVE, (rows[-1][2], list(moved), list(moved.values())))
