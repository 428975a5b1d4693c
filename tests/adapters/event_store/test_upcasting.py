"""What was recorded is read for ever, although its class has gained a field or was replaced."""

from dataclasses import dataclass
from uuid import uuid4

import pytest

from adapters.event_store.codec import Upcast
from adapters.event_store.errors import DuplicateEventName, EventIsSuperseded
from adapters.event_store.mapper import EventMapper, Place
from adapters.read_models.projector import Projector
from domain.personal import Personal
from projections.projection import Projection
from tests.adapters.event_store.proposals import metadata
from tests.projections.log import Log

HERE = Place(1, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeWaived:
    """As it was first: euros, and nobody had thought of a reason."""

    euros: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeReduced:
    """What took its place: cents, by how much, and why."""

    cents: int
    reason: Personal[str] = ""


SUPERSEDED = (Upcast(FeeWaived, FeeReduced, lambda old: FeeReduced(cents=old.euros * 100)),)
BEFORE, SINCE = EventMapper([FeeWaived]), EventMapper([FeeReduced], superseded=SUPERSEDED)
TOTALS = Projection(
    name="totals",
    table="CREATE TABLE totals (stream uuid, cents bigint)",
    on={FeeReduced: "INSERT INTO totals VALUES (%(stream_id)s, %(cents)s)"},
)


def test_an_event_is_read_as_the_one_that_took_its_place() -> None:
    name, state = BEFORE.encode(FeeWaived(euros=20), metadata(), HERE)
    assert SINCE.decode_event(name, state) == FeeReduced(cents=2000)
    assert SINCE.decode(name, state).data == FeeReduced(cents=2000)


def test_the_old_bytes_stay_as_they_were_and_readable() -> None:
    name, state = BEFORE.encode(FeeWaived(euros=20), metadata(), HERE)
    assert (name, b'"euros":20' in state) == ("FeeWaived", True)
    assert BEFORE.decode_event(name, state) == FeeWaived(euros=20)


def test_an_event_that_was_replaced_is_recorded_no_more() -> None:
    with pytest.raises(EventIsSuperseded, match="FeeWaived"):
        SINCE.encode(FeeWaived(euros=20), metadata(), HERE)


def test_a_name_is_never_given_twice() -> None:
    with pytest.raises(DuplicateEventName):
        EventMapper([FeeWaived, FeeReduced], superseded=SUPERSEDED)


def test_an_event_recorded_before_it_gained_a_field_has_the_fields_default() -> None:
    state = b'{"data":{"cents":5},"metadata":%s}' % BEFORE.encode(
        FeeWaived(euros=1), metadata(), HERE
    )[1].split(b'"metadata":')[1].removesuffix(b"}")
    assert SINCE.decode_event("FeeReduced", state) == FeeReduced(cents=5, reason="")


async def test_a_read_model_shows_what_was_recorded_under_either_name(log: Log) -> None:
    stream = uuid4()
    old = BEFORE.encode(FeeWaived(euros=20), metadata(), HERE)
    new = SINCE.encode(FeeReduced(cents=5), metadata(), HERE)
    async with log.connection() as connection:
        await connection.execute(TOTALS.table.encode())
        for version, (name, state) in enumerate((old, new), 1):
            await connection.execute(
                "INSERT INTO events (originator_id, originator_version, topic, state) "
                "VALUES (%s, %s, %s, %s)",
                (stream, version, name, state),
            )
        await Projector(TOTALS, SINCE).step(connection)
    assert [row["cents"] for row in await log.ask("TABLE totals ORDER BY cents DESC")] == [2000, 5]


@pytest.fixture
def log(database_url) -> Log:
    return Log(database_url)
