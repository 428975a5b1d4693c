"""Looks at where the runners stand, all the while, so that it can be told when they went on."""

import asyncio
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field

import psycopg

from adapters.postgres.connecting import connect
from tests.torture.journal import now

LOOK_SECONDS = 0.05
STAND = "SELECT runner, position FROM positions"


@dataclass(slots=True)
class Watch:
    """`moves`: when each runner was seen further on than before."""

    url: str
    moves: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    _stood: dict[str, int] = field(default_factory=dict)

    async def look(self) -> None:
        while True:
            try:
                async with await connect(self.url) as connection:
                    await self._look(connection)
            except (psycopg.Error, OSError):
                await asyncio.sleep(LOOK_SECONDS)

    async def _look(self, connection: psycopg.AsyncConnection) -> None:
        while True:
            for runner, position in await (await connection.execute(STAND)).fetchall():
                if position > self._stood.get(runner, -1):
                    self.moves[runner].append(now())
                self._stood[runner] = position
            await asyncio.sleep(LOOK_SECONDS)

    def next_move(self, runner: str, after: float) -> float | None:
        moves = self.moves[runner]
        at = bisect_right(moves, after)
        return moves[at] if at < len(moves) else None
