"""Runs the statements of a projection inside the server: many events a call, still one by one.

Each statement becomes a function that runs it for one event after another, in their order, with
parameters of the types that the server itself takes them for. So it can mean nothing else than
before; but what a call and its answer cost is paid once for many events.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from psycopg import AsyncConnection, AsyncCursor, ProgrammingError, sql
from psycopg.rows import TupleRow

from adapters.read_models.projector import run_all
from adapters.read_models.statements import Group, Statement

PARAMETER = re.compile("%[%s]")  # a percent sign is written twice
PREPARE = "PREPARE many_at_once AS {}"
TYPES = "SELECT parameter_types::text[] FROM pg_prepared_statements WHERE name = 'many_at_once'"
FORGET = "DEALLOCATE many_at_once"
FUNCTION = "CREATE FUNCTION {name} ({arrays}) RETURNS void LANGUAGE plpgsql AS {body}"
BODY = """DECLARE given_event record; BEGIN
    FOR given_event IN SELECT * FROM unnest({arrays}) AS given ({columns}) LOOP
        {statement};
    END LOOP;
END"""

Connection = AsyncConnection[TupleRow]
Cursor = AsyncCursor[TupleRow]


class ManyAtOnce:
    """`calls` of functions, by the statement that they run."""

    def __init__(self, calls: Mapping[bytes, bytes]) -> None:
        self.calls = calls

    async def run(self, cursor: Cursor, groups: Iterable[Group]) -> None:
        for group in groups:
            if call := self.calls.get(group.statement.sql):
                await cursor.execute(call, group.columns(), prepare=True)
            else:
                await run_all(cursor, [group])


async def many_at_once(
    connection: Connection, schema: str, statements: Iterable[Statement]
) -> ManyAtOnce:
    """Make the functions, in a schema whose tables the statements of this connection are about."""
    calls = dict[bytes, bytes]()
    for number, statement in enumerate({one.sql: one for one in statements}.values()):
        types = await _types(connection, statement)
        if types and not any(one.endswith("[]") for one in types):  # arrays of arrays are others
            name = sql.Identifier(schema, f"many_{number}").as_string()
            await connection.execute(_function(name, statement, types))
            given = ", ".join(f"%b::{one}[]" for one in types)
            calls[statement.sql] = f"SELECT {name}({given})".encode()
    return ManyAtOnce(calls)


async def _types(connection: Connection, statement: Statement) -> Sequence[str]:
    """Return what the server takes the parameters for; nothing where it has to be told."""
    try:
        await connection.execute(PREPARE.format(_naming(statement, "$")).encode())
    except ProgrammingError:
        return ()
    row = await (await connection.execute(TYPES)).fetchone()
    await connection.execute(FORGET)
    return row[0] if row else ()


def _function(name: str, statement: Statement, types: Sequence[str]) -> bytes:
    numbers = range(1, len(types) + 1)
    body = BODY.format(
        arrays=", ".join(f"${number}" for number in numbers),
        columns=", ".join(f"p{number}" for number in numbers),
        statement=_naming(statement, "given_event.p"),
    )
    arrays = ", ".join(f"{one}[]" for one in types)
    return FUNCTION.format(name=name, arrays=arrays, body=sql.Literal(body).as_string()).encode()


def _naming(statement: Statement, name: str) -> str:
    """Return it with a number at the end of each parameter's name, and no sign written twice."""
    numbers = iter(range(1, len(statement.reads) + 1))
    return PARAMETER.sub(
        lambda found: "%" if found[0] == "%%" else f"{name}{next(numbers)}", statement.sql.decode()
    )
