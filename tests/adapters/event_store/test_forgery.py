"""Whoever may append cannot store what would break the chain, not even on purpose."""

import asyncio
import struct
from collections.abc import AsyncIterator, Callable, Sequence
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest
from psycopg.rows import TupleRow

from adapters.event_store.appender import APPEND
from adapters.event_store.arrays import EMPTY as HEAD_OF_ANY
from adapters.event_store.arrays import ByteaArray, byteas, int4s, int8s, texts
from adapters.event_store.batch import Batch, Encoded, Waiting
from adapters.event_store.chain import GENESIS, HASH_BYTES, event_hash, first_broken
from adapters.event_store.mapper import Place
from adapters.event_store.recorded import Proposal
from adapters.personal_data.people import Person
from adapters.personal_data.sealing import NewKey, new_key
from adapters.personal_data.told import IS_KNOWN, tell
from tests.adapters.event_store.proposals import ONE, THREE, TWO, proposal
from tests.keys import KEYS, MAPPER

VICTIM, MINE = UUID(int=1), UUID(int=2)
HOW_MANY = """SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM commands),
    (SELECT count(*) FROM data_keys)"""
WHAT_WAS_THERE = (2, 1, 0)  # the victim's
REFUSED = pytest.raises(psycopg.DataError, match="do not fit")
STORED = "SELECT originator_id, originator_version FROM events ORDER BY notification_id"
ROWS = (
    "SELECT originator_version, topic, state, hash FROM events WHERE originator_id = %s ORDER BY 1"
)
# Where `append_events` takes the arrays that say which event belongs to which request.
STREAM, EXPECTED, PREVIOUS, COUNT, END, REQUEST = 0, 1, 2, 3, 4, 7
PLACES = {"count": COUNT, "end": END, "request": REQUEST}
EVENTS, LINK, KEY_REQUEST = slice(7, 11), 10, 11


def waiting(one: Proposal) -> Waiting:
    encoded, link = [], one.previous
    for version, event in enumerate(one.events, one.expected_version + 1):
        name, state = MAPPER.encode(event, one.metadata, Place(version, None))
        link = event_hash(link, one.stream_id, version, name, state)
        encoded.append(Encoded(name, state, link))
    if encoded:
        encoded[-1] = encoded[-1]._replace(link=b"")
    return Waiting(one, encoded, None, asyncio.get_running_loop().create_future())


def honest() -> Batch:
    return Batch([waiting(proposal(MINE, events=TWO)), waiting(proposal(events=THREE))])


@pytest.fixture
async def connection(database_url) -> AsyncIterator[psycopg.Connection]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        append(connection, Batch([waiting(proposal(VICTIM, events=TWO))]).parameters())
        yield connection


def append(connection: psycopg.Connection, parameters: Sequence[bytes]) -> list[TupleRow]:
    """Return who was refused, and last where the log stood."""
    return psycopg.RawCursor(connection).execute(APPEND, parameters, binary=True).fetchall()


def stored(connection: psycopg.Connection) -> list[tuple[UUID, int]]:
    return connection.execute(STORED).fetchall()


async def test_what_follows_is_taken_and_makes_sound_chains(connection) -> None:
    batch = honest()
    (*_, hashes) = append(connection, batch.parameters())[-1]
    made = [hashes[begin : begin + HASH_BYTES] for begin in range(0, len(hashes), HASH_BYTES)]
    rows = [
        row
        for one in batch.waiting
        for row in connection.execute(ROWS, (one.proposal.stream_id,)).fetchall()
    ]
    assert [hash_ for *_, hash_ in rows] == made
    for one, theirs in zip(batch.waiting, (rows[:2], rows[2:]), strict=True):
        assert len(theirs) == len(one.encoded)
        assert first_broken(one.proposal.stream_id, theirs) is None


def other_link(first: Encoded, second: Encoded) -> list[Encoded]:
    return [first._replace(link=b"x" * HASH_BYTES), second]


def no_link(first: Encoded, second: Encoded) -> list[Encoded]:
    return [first._replace(link=b""), second]


def other_content(first: Encoded, second: Encoded) -> list[Encoded]:
    return [first._replace(state=b"{}"), second]


def other_name(first: Encoded, second: Encoded) -> list[Encoded]:
    return [first._replace(name="ApplicationApproved"), second]


def chain_of_its_own(first: Encoded, second: Encoded) -> list[Encoded]:
    return [first._replace(link=event_hash(b"x" * 32, MINE, 1, first.name, first.state)), second]


def link_to_nothing(first: Encoded, second: Encoded) -> list[Encoded]:
    return [first, second._replace(link=first.link)]


@pytest.mark.parametrize(
    "forged", [other_link, no_link, other_content, other_name, chain_of_its_own, link_to_nothing]
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


async def test_a_version_that_its_stream_does_not_stand_at_is_a_conflict(connection) -> None:
    others = [waiting(proposal(VICTIM, 2, THREE)), waiting(proposal(uuid4(), 7, TWO))]
    forged = list(honest().parameters())
    forged[EXPECTED] = Batch(others).parameters()[EXPECTED]
    *refused, _ = append(connection, forged)
    assert [(number, outcome) for number, outcome, *_ in refused] == [
        (1, "conflict"),
        (2, "conflict"),
    ]
    assert stored(connection) == [(VICTIM, 1), (VICTIM, 2)]


async def test_a_stream_that_begins_elsewhere_than_a_chain_does_is_a_conflict(connection) -> None:
    elsewhere = msgspec.structs.replace(proposal(MINE, events=TWO), previous=b"x" * 32)
    others = waiting(proposal(events=ONE))
    *refused, _ = append(connection, Batch([waiting(elsewhere), others]).parameters())
    assert [(number, outcome) for number, outcome, *_ in refused] == [(1, "conflict")]
    assert stored(connection)[2:] == [(others.proposal.stream_id, 1)]


async def test_a_request_of_less_than_no_events_is_refused(connection) -> None:
    """Else a stream could begin with its second event, after the first of another one."""
    first, none, last = proposal(MINE), proposal(events=()), proposal(events=TWO)
    batch = Batch([waiting(one) for one in (first, none, last)])
    one, (_, two) = batch.waiting[0].encoded[0], batch.waiting[2].encoded
    forged = list(batch.parameters())
    forged[COUNT], forged[END] = int8s([1, -1, 2]), int8s([1, 0, 2])
    forged[EVENTS] = (
        int4s([1, 3]),
        texts([one.name, two.name]),
        byteas([one.state, two.state]),
        byteas([event_hash(GENESIS, MINE, 1, one.name, one.state), b""]),
    )
    with REFUSED:
        append(connection, forged)
    assert stored(connection) == [(VICTIM, 1), (VICTIM, 2)]


async def test_no_command_says_that_events_were_recorded_which_are_not_there(connection) -> None:
    nothing = Batch([waiting(proposal(events=())), waiting(proposal(events=()))])
    forged = list(nothing.parameters())
    forged[COUNT], forged[END] = int8s([5, -5]), int8s([5, 0])
    with REFUSED:
        append(connection, forged)
    (commands,) = connection.execute("SELECT count(*) FROM commands").fetchone()
    assert commands == 1  # the victim's


async def test_of_a_batch_in_which_some_are_refused_the_others_follow_each_other(
    connection,
) -> None:
    stale = [waiting(proposal(VICTIM, 1, TWO)), waiting(proposal(uuid4(), 3, THREE))]
    good = [waiting(proposal(events=events)) for events in (TWO, (), THREE)]
    batch = Batch([good[0], stale[0], good[1], stale[1], good[2]])
    *refused, (*_, base, _) = append(connection, batch.parameters())
    assert [number for number, *_ in refused] == [2, 4]
    streams = [one.proposal.stream_id for one in good]
    assert stored(connection)[2:] == [
        *((streams[0], version) for version in (1, 2)),
        *((streams[2], version) for version in (1, 2, 3)),
    ]
    commands = connection.execute(
        "SELECT stream_id, version, position FROM commands WHERE stream_id <> %s", (VICTIM,)
    ).fetchall()
    assert {stream: rest for stream, *rest in commands} == {
        streams[0]: [2, base + 2],
        streams[1]: [0, base + 2],
        streams[2]: [3, base + 5],
    }


async def test_an_array_whose_numbers_begin_elsewhere_is_refused(connection) -> None:
    """Else the database would compare the head with the first, and the new hash with the second."""
    (head,) = connection.execute("SELECT hash FROM events WHERE originator_version = 2").fetchone()
    forked = msgspec.structs.replace(proposal(VICTIM, 2, ONE), previous=b"x" * 32)
    forged = list(Batch([waiting(forked)]).parameters())
    forged[PREVIOUS] = beginning_with(0, byteas([head, forked.previous]))
    with REFUSED:
        append(connection, forged)
    assert stored(connection) == [(VICTIM, 1), (VICTIM, 2)]


async def test_links_whose_numbers_begin_elsewhere_are_refused(connection) -> None:
    """Else an event would follow what stands elsewhere than before it."""
    forged = list(Batch([waiting(proposal(MINE, events=TWO))]).parameters())
    forged[LINK] = beginning_with(0, forged[LINK])
    with REFUSED:
        append(connection, forged)
    assert stored(connection) == [(VICTIM, 1), (VICTIM, 2)]


def hidden_first() -> tuple[list[Waiting], list[int]]:
    """Its command and its key would be kept, and not its event."""
    begun = waiting(proposal(MINE))
    begun.key = key_of(MINE)
    return [begun, waiting(proposal(VICTIM, 1)), waiting(proposal())], [2, 2, 3]


def hidden_in_the_middle() -> tuple[list[Waiting], list[int]]:
    """What follows it would follow a hash that nobody compares."""
    first, second, third = (begun := waiting(proposal(MINE, events=THREE))).encoded
    begun.encoded = [first, second._replace(link=b"x" * HASH_BYTES), third]
    return [begun, waiting(proposal(VICTIM, 1))], [1, 2, 1, 2]


def hidden_before_the_last() -> tuple[list[Waiting], list[int]]:
    first, second = (begun := waiting(proposal(MINE, events=TWO))).encoded
    begun.encoded = [first._replace(link=b"x" * HASH_BYTES), second]
    return [begun, waiting(proposal(VICTIM, 1))], [2, 1, 2]


@pytest.mark.parametrize("hidden", [hidden_first, hidden_in_the_middle, hidden_before_the_last])
async def test_no_event_hides_behind_a_request_that_is_refused(connection, hidden) -> None:
    asked, said = hidden()
    forged = list(Batch(asked).parameters())
    forged[REQUEST] = int4s(said)
    with REFUSED:
        append(connection, forged)
    assert what_there_is(connection) == WHAT_WAS_THERE


@pytest.mark.parametrize("place", [STREAM, EXPECTED, PREVIOUS, COUNT, END, LINK])
@pytest.mark.parametrize("events", [TWO, ()])
async def test_arrays_of_more_dimensions_are_refused(connection, place, events) -> None:
    """Their elements are counted, and not found by their number."""
    begun = waiting(proposal(MINE, events=events))
    forged = list(Batch([begun, waiting(proposal(events=events))]).parameters())
    if not events:
        forged[COUNT], forged[END] = int8s([5, 0]), int8s([5, 0])
    forged[place] = of_two_dimensions(forged[place])
    with REFUSED:
        append(connection, forged)
    assert what_there_is(connection) == WHAT_WAS_THERE


async def test_a_sum_of_more_dimensions_is_refused(connection) -> None:
    forged = list(Batch([waiting(proposal(MINE, events=()))]).parameters())
    forged[COUNT], forged[END] = int8s([5]), of_two_dimensions(int8s([5]))
    with REFUSED:
        append(connection, forged)
    assert what_there_is(connection) == WHAT_WAS_THERE


def what_there_is(connection: psycopg.Connection) -> tuple[int, ...]:
    """Events, commands and keys."""
    row: tuple[int, ...] = connection.execute(HOW_MANY).fetchone()
    return row


def of_two_dimensions(array: bytes) -> bytes:
    """One row of them all; an empty array stays what it is."""
    dimensions, *rest = HEAD_OF_ANY.unpack_from(array)
    if not dimensions:
        return array
    one_row = struct.pack(">ii", 1, 1)
    return type(array)(HEAD_OF_ANY.pack(2, *rest) + one_row + array[HEAD_OF_ANY.size :])


def beginning_with(number: int, array: bytes) -> ByteaArray:
    return ByteaArray(array[:16] + number.to_bytes(4) + array[20:])


def key_of(stream_id: UUID) -> NewKey:
    return new_key(KEYS, stream_id, Person("05513000", "somebody", "Muster"))


def begun(connection: psycopg.Connection) -> Proposal:
    """What follows in a stream that has begun."""
    (head,) = connection.execute("SELECT hash FROM events WHERE originator_version = 2").fetchone()
    return msgspec.structs.replace(proposal(VICTIM, 2), previous=head)


@pytest.mark.parametrize("stream", [MINE, VICTIM], ids=["of another stream", "of its own"])
async def test_a_stream_that_has_begun_gets_no_key(connection, stream) -> None:
    batch = Batch([waiting(begun(connection))])
    batch.waiting[0].key = key_of(stream)
    with REFUSED:
        append(connection, batch.parameters())
    assert connection.execute("TABLE data_keys").fetchall() == []


async def test_what_follows_in_a_stream_that_has_begun_is_taken(connection) -> None:
    append(connection, Batch([waiting(begun(connection))]).parameters())
    assert stored(connection)[2:] == [(VICTIM, 3)]


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        pytest.param(proposal(MINE, events=()), key_of(MINE), id="of no event"),
        pytest.param(
            proposal(MINE), key_of(MINE)._replace(wrapped=b"x" * 59), id="nothing that opens"
        ),
    ],
)
async def test_a_key_comes_with_the_first_event_of_its_stream_and_as_keys_are(
    connection, asked, key
) -> None:
    batch = Batch([waiting(asked)])
    batch.waiting[0].key = key
    with REFUSED:
        append(connection, batch.parameters())
    assert connection.execute("TABLE data_keys").fetchall() == []


@pytest.mark.parametrize("request_", [0, 2])
async def test_a_key_that_comes_with_no_request_is_refused(connection, request_) -> None:
    batch = Batch([waiting(proposal(MINE))])
    batch.waiting[0].key = key_of(MINE)
    forged = list(batch.parameters())
    forged[KEY_REQUEST] = int4s([request_])
    with REFUSED:
        append(connection, forged)
    assert connection.execute("TABLE data_keys").fetchall() == []


async def test_a_key_under_a_version_that_nobody_told_of_is_refused(connection) -> None:
    tell(connection, KEYS, ())
    batch = Batch([waiting(proposal(MINE))])
    batch.waiting[0].key = key_of(MINE)._replace(kek=99)
    with pytest.raises(psycopg.IntegrityError) as refused:
        append(connection, batch.parameters())
    assert refused.value.diag.constraint_name == IS_KNOWN
    assert connection.execute("TABLE data_keys").fetchall() == []
    batch.waiting[0].key = key_of(MINE)
    append(connection, batch.parameters())
    assert connection.execute("SELECT stream_id FROM data_keys").fetchall() == [(MINE,)]
