"""Events are read in one pass, however their bytes are laid out, and whatever lies in the clear."""

from dataclasses import dataclass

import msgspec
import pytest

from adapters.event_store.mapper import EventMapper, Place
from adapters.personal_data.marked import PersonalFieldNeedsEmpty
from domain.personal import Personal
from tests.adapters.event_store.proposals import metadata
from tests.adapters.personal_data.test_mapper import KEY
from tests.keys import KEYS

HERE = Place(1, KEY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """All of it is personal, so nothing of it lies in the clear."""

    whom: Personal[str]
    where: Personal[str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    whom: Personal[str]
    what: str
    where: Personal[str | None] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unasked:
    whom: Personal[str] = "somebody"


MAPPER = EventMapper([Told, Asked], KEYS)
TOLD, ASKED = Told(whom="Eva", where="Buer"), Asked(whom="Eva", what="a card")
ROWS = [(1, *MAPPER.encode(one, metadata(), HERE)) for one in (TOLD, ASKED)]
NOBODY = [Told(whom="", where=None), Asked(whom="", what="a card")]


def upside_down(state: bytes) -> bytes:
    parts = msgspec.json.decode(state)
    return msgspec.json.format(msgspec.json.encode(dict(reversed(parts.items()))), indent=2)


@pytest.mark.parametrize("rows", [ROWS, [(v, n, upside_down(s)) for v, n, s in ROWS]])
def test_opened_and_closed_whatever_the_order_of_the_bytes(rows) -> None:
    assert MAPPER.events(rows, KEY) == [TOLD, ASKED]
    assert MAPPER.events(rows, KEY, opened=()) == NOBODY
    assert MAPPER.events(rows, None) == NOBODY
    assert [MAPPER.decode(name, state, HERE).data for _, name, state in rows] == [TOLD, ASKED]
    assert [MAPPER.decode(name, state).metadata for _, name, state in rows] == [
        MAPPER.decode(name, state).metadata for _, name, state in ROWS
    ]


def test_what_was_never_sealed_is_read_as_it_lies_there() -> None:
    state = b'{"data":{"whom":"Eva","what":"a card","where":"Buer"},"metadata":%s}'
    assert MAPPER.decode_event("Asked", state % b"{}") == Asked(
        whom="Eva", what="a card", where="Buer"
    )


@pytest.mark.parametrize("state", [b"", b"[]", b"{}", b'{"data":7}', b'{"data":{"what":7}}'])
def test_what_is_no_event_is_refused(state: bytes) -> None:
    for event in ("Told", "Asked"):
        with pytest.raises(msgspec.DecodeError):
            MAPPER.decode(event, state)


def test_a_personal_field_that_nobody_filled_has_to_be_empty() -> None:
    with pytest.raises(PersonalFieldNeedsEmpty, match="whom"):
        EventMapper([Unasked])
