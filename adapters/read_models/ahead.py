"""Reads and decodes the next events of the log while the present ones are being applied."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from adapters.read_models.projector import Rows, read_after
from adapters.read_models.statements import Fact

SLICE = 100  # decoded in one go: whoever applies gets a turn in between

Connection = AsyncConnection[TupleRow]
Wanted = Callable[[TupleRow], bool]
Decode = Callable[[TupleRow], Fact]


@dataclass(frozen=True, slots=True)
class Page:
    """`facts`: by position, those that are wanted and can be read."""

    upto: int = 0
    rows: Rows = ()
    facts: Mapping[int, Fact] = field(default_factory=dict)


class Ahead:
    """Holds two pages at most: what was asked for, and what will be asked for next."""

    def __init__(self, connection: Connection, wanted: Wanted, decode: Decode) -> None:
        self._connection = connection
        self._wanted = wanted
        self._decode = decode
        self._page = Page()
        self._next: tuple[int, asyncio.Task[Page]] | None = None

    async def read(self, after: int, upto: int, limit: int) -> Rows:
        self._page = await self._following(after, upto, limit)
        if self._page.rows:
            reached = self._page.rows[-1][2]
            self._next = reached, asyncio.create_task(self._fetch(reached, upto, limit))
        return self._page.rows

    def fact(self, row: TupleRow) -> Fact:
        """Raise whatever is wrong with it."""
        return self._page.facts.get(row[2]) or self._decode(row)

    async def stop(self) -> None:
        if self._next:
            _, task = self._next
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _following(self, after: int, upto: int, limit: int) -> Page:
        if self._next:
            (reached, task), self._next = self._next, None
            page = await task
            # What was the end of the log then need not be it now.
            if page.rows and reached == after and page.upto <= upto:
                return page
        return await self._fetch(after, upto, limit)

    async def _fetch(self, after: int, upto: int, limit: int) -> Page:
        rows, facts = await read_after(self._connection, after, upto, limit), dict[int, Fact]()
        for start in range(0, len(rows), SLICE):
            wanted = filter(self._wanted, rows[start : start + SLICE])
            with suppress(Exception):  # of one that cannot be read: told when it is its turn
                facts |= {row[2]: self._decode(row) for row in wanted}
            await asyncio.sleep(0)
        return Page(upto, rows, facts)
