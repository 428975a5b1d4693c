"""Several workers collect bounces in turn: each report is noted, and counted, by one of them."""

import asyncio
from dataclasses import dataclass, field
from uuid import uuid4

import psycopg
import pytest

from adapters.mail.bounce_mailbox import Arrived, BounceMailboxUnavailable
from tests.workers.test_bounces import (
    Box,
    about,
    block,
    collecting,
    counted,
    noted,
    quietly,
    taken,
    told,
)
from workers.bounces import collect
from workers.react import Connection

__all__ = ["collecting"]  # a fixture
NO_REPORT = b"To: postmaster@bounces.example\r\n\r\nhello"


@dataclass
class Slow(Box):
    """One that marks nothing before it may."""

    asked: asyncio.Event = field(default_factory=asyncio.Event)
    may: asyncio.Event = field(default_factory=asyncio.Event)

    async def take_away(self, uid: str) -> None:
        self.asked.set()
        await self.may.wait()
        await super().take_away(uid)


class Away(Box):
    async def new(self) -> list[Arrived]:
        raise BounceMailboxUnavailable("away")


async def test_while_one_reads_no_other_does(log, collecting) -> None:
    _, notice = await told(log, collecting)
    content = [about(collecting, notice, block(action)) for action in ("relayed", "failed")]
    slow, others = Slow([*content]), Box([*content, NO_REPORT])
    first = asyncio.create_task(taken(log, collecting, slow))
    async with asyncio.timeout(60):
        await slow.asked.wait()
    assert await taken(log, collecting, others) == 0
    assert (others.arrived, others.left) == ([*content, NO_REPORT], [])
    slow.may.set()
    assert await first == 2
    assert await counted(log) == {"relayed": 1, "bounced": 1}
    assert await noted(log) == [("bounced", "DSN 5.1.1")]


async def test_whoever_met_no_mailbox_gives_up_its_turn(log, collecting) -> None:
    async with log.connection() as connection:
        with pytest.raises(BounceMailboxUnavailable):
            await collect(collecting, connection, Away(), collecting.return_paths, quietly)
        assert await limit(connection) == "0"
        assert await taken(log, collecting, Box([NO_REPORT])) == 1
        box = Box([NO_REPORT])
        assert await collect(collecting, connection, box, collecting.return_paths, quietly) == 1


async def test_whoever_hangs_loses_its_turn(log, collecting) -> None:
    hangs = Slow([about(collecting, uuid4(), block("failed"))])
    async with log.connection() as reader:
        reads = collect(collecting, reader, hangs, collecting.return_paths, quietly)
        reading = asyncio.create_task(reads)
        async with asyncio.timeout(60):
            await hangs.asked.wait()
            assert await limit(reader) == "2min"
            await reader.execute("SET idle_session_timeout = '50ms'")  # not to wait for so long
            while not await taken(log, collecting, Box([NO_REPORT])):  # noqa: ASYNC110 -- untold
                await asyncio.sleep(0.01)
        hangs.may.set()
        with pytest.raises(psycopg.OperationalError):
            await reading


async def limit(connection: Connection) -> str:
    (limit,) = await (await connection.execute("SHOW idle_session_timeout")).fetchone() or ("",)
    return str(limit)
