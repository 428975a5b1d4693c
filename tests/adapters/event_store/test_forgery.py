"""Whoever may append cannot store what would break the chain, not even on purpose."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest

from adapters.event_store.appender import APPEND
from adapters.event_store.arrays import ByteaArray, byteas
from adapters.event_store.batch import Batch, Encoded, Waiting
from adapters.event_store.chain import GENESIS, event_hash
from adapters.event_store.mapper import Place
from adapters.event_store.recorded import Proposal
from adapters.personal_data.people import Person
from adapters.personal_data.sealing import NewKey, new_key
from tests.adapters.event_store.proposals import ONE, THREE, TWO, proposal
from tests.keys import KEYS, MAPPER

VICTIM, MINE = UUID(int=1), UUID(int=2)
REFUSED = pytest.raises(psycopg.DataError, match="do not fit")
STORED = "SELECT originator_id, originator_version FROM events ORDER BY notification_id"
# Where `append_events` takes the arrays that say which event belongs to which request.
PREVIOUS = 2
PLACES = {"expected": 1, "count": 3, "end": 4, "request": 7, "stream": 8, "version": 9}


def waiting(one: Proposal) -> Waiting:
    encoded, previous = [], one.previous
    for version, event in enumerate(one.events, one.expected_version + 1):
        name, state = MAPPER.encode(event, one.metadata, Place(version, None))
        previous = event_hash(previous, one.stream_id, version, name, state)
        encoded.append(Encoded(name, state, previous))
    return Waiting(one, encoded, None, asyncio.get_running_loop().create_future())


def honest() -> Batch:
    return Batch([waiting(proposal(MINE, events=TWO)), waiting(proposal(events=THREE))])


@pytest.fixture
async def connection(database_url) -> AsyncIterator[psycopg.Connection]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        append(connection, Batch([waiting(proposal(VICTIM, events=TWO))]).parameters())
        yield connection


def append(connection: psycopg.Connection, parameters: Sequence[bytes]) -> None:
    psycopg.RawCursor(connection).execute(APPEND, parameters, binary=True)


def stored(connection: psycopg.Connection) -> list[tuple[UUID, int]]:
    return connection.execute(STORED).fetchall()


async def test_what_follows_is_taken(connection) -> None:
    append(connection, honest().parameters())
    assert len(stored(connection)) == len((*TWO, *TWO, *THREE))


def other_hash(first: Encoded, second: Encoded) -> list[Encoded]:
    return [first, second._replace(hash=b"x" * 32)]


def no_hash(first: Encoded, second: Encoded) -> list[Encoded]:
    return [first, second._replace(hash=b"")]


def other_content(first: Encoded, second: Encoded) -> list[Encoded]:
    return [first._replace(state=b"{}"), second]


def other_name(first: Encoded, second: Encoded) -> list[Encoded]:
    return [first._replace(name="ApplicationApproved"), second]


def chain_of_its_own(first: Encoded, second: Encoded) -> list[Encoded]:
    return [first, second._replace(hash=event_hash(GENESIS, MINE, 2, second.name, second.state))]


@pytest.mark.parametrize(
    "forged", [other_hash, no_hash, other_content, other_name, chain_of_its_own]
)
async def test_an_event_that_does_not_follow_is_refused(
    connection, forged: Callable[[Encoded, Encoded], list[Encoded]]
) -> None:
    batch = honest()
    batch.waiting[0].encoded = forged(*batch.waiting[0].encoded)
    with REFUSED:
        append(connection, batch.parameters())
    assert stored(connection) == [(VICTIM, 1), (VICTIM, 2)]


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
async def test_events_that_are_not_what_their_request_says_are_refused(connection, place) -> None:
    others = [waiting(proposal(VICTIM, 2, THREE)), waiting(proposal(uuid4(), 7, TWO))]
    forged = list(honest().parameters())
    forged[place] = Batch(others).parameters()[place]
    with REFUSED:
        append(connection, forged)
    assert stored(connection) == [(VICTIM, 1), (VICTIM, 2)]


async def test_an_array_whose_numbers_begin_elsewhere_is_refused(connection) -> None:
    """Else the database would compare the head with the first, and the new hash with the second."""
    (head,) = connection.execute("SELECT hash FROM events WHERE originator_version = 2").fetchone()
    forked = msgspec.structs.replace(proposal(VICTIM, 2, ONE), previous=b"x" * 32)
    forged = list(Batch([waiting(forked)]).parameters())
    both, begins = byteas([head, forked.previous]), slice(16, 20)
    elsewhere = both[: begins.start] + (0).to_bytes(4) + both[begins.stop :]
    forged[PREVIOUS] = ByteaArray(elsewhere)
    with REFUSED:
        append(connection, forged)
    assert stored(connection) == [(VICTIM, 1), (VICTIM, 2)]


def key_of(stream_id: UUID) -> NewKey:
    return new_key(KEYS, stream_id, Person("05513000", "somebody", "Muster"))


@pytest.mark.parametrize(
    ("asked", "stream"),
    [(proposal(MINE), VICTIM), (proposal(VICTIM, 2), VICTIM)],
    ids=["somebody else's", "of a stream that has begun"],
)
async def test_a_key_comes_with_the_first_event_of_its_own_stream_only(
    connection, asked, stream
) -> None:
    batch = Batch([waiting(asked)])
    batch.waiting[0].key = key_of(stream)
    with REFUSED:
        append(connection, batch.parameters())
    assert connection.execute("TABLE data_keys").fetchall() == []
