"""Questions over one connection: asked before the answers are there, and apart from one another."""

import asyncio

import psycopg
import pytest
from psycopg.errors import DivisionByZero, UniqueViolation

from adapters.event_store.arrays import byteas
from adapters.event_store.line import BROKEN, Line

NUMBER = "SELECT 6 / ('{1,2,0}'::int[])[cardinality($1::bytea[])]"
LENGTH = "SELECT sum(octet_length(one)) FROM unnest($1::bytea[]) one"
SLEEP = "SELECT pg_sleep(60)"
ONCE = """CREATE TABLE once (number int UNIQUE DEFERRABLE INITIALLY DEFERRED);
    INSERT INTO once VALUES (0)"""


def so_many(number: int) -> list[bytes]:
    return [byteas([b""] * number)]


async def test_each_gets_its_own_answer_whatever_the_others_get(database_url) -> None:
    async with Line(database_url) as line:
        asked = (line.ask(NUMBER, so_many(n)) for n in (1, 3, 2))
        one, refused, two = await asyncio.gather(*asked, return_exceptions=True)
        assert (one, two) == ([(6,)], [(3,)])
        assert isinstance(refused, DivisionByZero)
        assert await line.ask(NUMBER, so_many(1)) == [(6,)]


async def test_what_is_refused_as_it_is_committed_was_not_done(database_url) -> None:
    """The rows have come by then."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(ONCE)
    async with Line(database_url) as line:
        twice = "INSERT INTO once VALUES (0) RETURNING number"
        new = "INSERT INTO once VALUES (1) RETURNING number"
        refused, done = await asyncio.gather(
            line.ask(twice, []), line.ask(new, []), return_exceptions=True
        )
        assert isinstance(refused, UniqueViolation)
        assert done == [(1,)]
        assert await line.ask("SELECT number FROM once ORDER BY 1", []) == [(0,), (1,)]


async def test_what_is_longer_than_the_socket_takes_at_once_goes_in_pieces(database_url) -> None:
    long = [b"x" * 10_000_000]
    async with Line(database_url, 60) as line:
        asked = (line.ask(LENGTH, [byteas(long * n)]) for n in (2, 1))
        assert await asyncio.gather(*asked) == [[(20_000_000,)], [(10_000_000,)]]


async def test_all_who_wait_are_told_that_the_time_is_over(database_url) -> None:
    async with Line(database_url, 0.2) as line:
        with pytest.raises(BROKEN):
            await line.ask(SLEEP, [])  # with the time it takes to call
        waiting = [line.ask(SLEEP, []) for _ in range(2)]
        answers = await asyncio.gather(*waiting, return_exceptions=True)
        assert [type(answer) for answer in answers] == [TimeoutError] * 2
    async with Line(database_url, 60) as line:
        assert await line.ask(NUMBER, so_many(1)) == [(6,)]


async def test_who_asks_at_the_same_time_calls_once(database_url) -> None:
    pid = "SELECT pg_backend_pid()"
    async with Line(database_url) as line:
        answers = await asyncio.gather(*(line.ask(pid, []) for _ in range(5)))
        assert len({pid for [(pid,)] in answers}) == 1
