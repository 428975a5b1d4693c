"""Where a read model is rebuilt: a schema and a runner of its own, out of everybody's sight."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import LiteralString

from psycopg import AsyncConnection, sql
from psycopg.rows import TupleRow

from adapters.postgres.privileges import on_read_models
from adapters.read_models.tables import WALL_OFF
from projections.projection import Projection

TABLES = """SELECT relname FROM pg_class
    WHERE relnamespace = to_regnamespace(%s) AND relkind IN ('r', 'p') ORDER BY relname"""

# What is unique stays: it is part of what a statement means.
INDEXES = """SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
    FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
    WHERE relnamespace = to_regnamespace(%s) AND NOT indisunique ORDER BY indexrelid"""
# Room beside each row: a new version of it in the same page needs no new entry in any index.
WITH_ROOM = "ALTER TABLE {} SET (fillfactor = 50)"
COMPACT = ("ALTER TABLE {} RESET (fillfactor)", "VACUUM FULL {}")

Connection = AsyncConnection[TupleRow]


@dataclass(frozen=True, slots=True)
class Table:
    """One of the tables of a projection: the live one, and the one in the workshop."""

    old: sql.Identifier
    new: sql.Identifier


@dataclass(frozen=True, slots=True)
class Workshop:
    projection: Projection

    @property
    def live(self) -> str:
        """The live runner and its table."""
        return self.projection.name

    @property
    def runner(self) -> str:
        return f"{self.projection.name}@rebuild"

    @property
    def schema(self) -> str:
        return f"rebuild_{self.projection.name}"

    async def open(self, connection: Connection) -> None:
        """Make the tables, empty, whatever an interrupted rebuild has left."""
        await self.clear(connection)
        async with connection.transaction():
            await connection.execute(sql.SQL("CREATE SCHEMA {}").format(self._schema))
            await connection.execute(self.projection.table.encode())
            await connection.execute(on_read_models(self.schema))  # they keep it when swapped
            for table in await self.tables(connection):  # and this
                await connection.execute(WALL_OFF, (table.new.as_string(), self.projection.own))

    async def without_indexes(self, connection: Connection) -> list[str]:
        """Keep those that only readers need for the end: they would cost more than the rows.

        Return the statements that make them, with their names.
        """
        indexes = await (await connection.execute(INDEXES, (self.schema,))).fetchall()
        for name, _ in indexes:
            await connection.execute(f"DROP INDEX {name}".encode())
        await self._on_tables(connection, WITH_ROOM)
        return [definition for _, definition in indexes]

    async def make_indexes(self, connection: Connection, definitions: Iterable[str]) -> None:
        """Raise psycopg.errors.ProgramLimitExceeded for a value that is too long for one."""
        for statement in COMPACT:
            await self._on_tables(connection, statement)
        for definition in definitions:
            await connection.execute(definition.encode())

    async def clear(self, connection: Connection) -> None:
        async with connection.transaction():
            drop = sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE")
            await connection.execute(drop.format(self._schema))
            await connection.execute("DELETE FROM positions WHERE runner = %s", (self.runner,))
            await connection.execute("DELETE FROM parked WHERE runner = %s", (self.runner,))

    async def tables(self, connection: Connection) -> list[Table]:
        rows = await (await connection.execute(TABLES, (self.schema,))).fetchall()
        return [Table(sql.Identifier("public", n), sql.Identifier(self.schema, n)) for (n,) in rows]

    async def tidy(self, connection: Connection) -> None:
        """Clean the tables up and count them, so that the first readers get good plans."""
        await self._on_tables(connection, "VACUUM (ANALYZE) {}")

    async def _on_tables(self, connection: Connection, statement: LiteralString) -> None:
        for table in await self.tables(connection):
            await connection.execute(sql.SQL(statement).format(table.new))

    @property
    def _schema(self) -> sql.Identifier:
        return sql.Identifier(self.schema)
