"""What the tests append, and how they hold the store up."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

from adapters.event_store.appender import Appender
from adapters.event_store.recorded import ActorStamp, Appended, Metadata, Proposal
from adapters.postgres.connecting import connect
from tests.domain.application import happened as h

CLERK = ActorStamp("pseudonym-1", "clerk", "05513000")
ONE, TWO, THREE = (h.claimed,), (h.claimed, h.released), (h.claimed, h.released, h.approved)
PATIENCE = 60


def metadata(command_id: UUID | None = None) -> Metadata:
    return Metadata(command_id or uuid4(), CLERK, "trace-1")


def proposal(
    stream_id: UUID | None = None,
    expected_version: int = 0,
    events: tuple[Any, ...] = ONE,
    command_id: UUID | None = None,
    fingerprint: bytes = b"the same",
) -> Proposal:
    """Of a new stream, or of one that stands elsewhere."""
    return Proposal(
        stream_id or uuid4(), expected_version, events, metadata(command_id), fingerprint
    )


def following(
    before: Appended, events: tuple[Any, ...] = ONE, command_id: UUID | None = None
) -> Proposal:
    """Of the stream that was appended to before."""
    assert before.hash is not None
    return Proposal(
        before.stream_id, before.version, events, metadata(command_id), b"the same", before.hash
    )


def append_at_once(
    appender: Appender, proposals: Iterable[Proposal]
) -> asyncio.Future[list[Appended | BaseException]]:
    asked = (appender.append(one) for one in proposals)
    return asyncio.gather(*asked, return_exceptions=True)


@asynccontextmanager
async def held_up(url: str) -> AsyncIterator[None]:
    """While this lasts, nothing is appended: somebody else has locked the table."""
    async with await connect(url, autocommit=False) as connection:
        await connection.execute("LOCK TABLE events IN EXCLUSIVE MODE")
        yield


async def blocked_appends(url: str) -> bool:
    """Whether an append waits for a lock at this moment."""
    async with await connect(url) as connection:
        waiting = await connection.execute(
            """SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'
            AND query LIKE '%append_events%' AND datname = current_database()"""
        )
        return await waiting.fetchone() is not None


async def until(happened: Callable[[], Awaitable[object]]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not await happened():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)
