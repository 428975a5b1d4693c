"""Events as they are stored: nothing personal in the clear, and nothing lost."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given, settings

from adapters.event_names import EVENT_TYPES
from adapters.event_store.errors import PersonIsErased
from adapters.event_store.mapper import EventMapper, Place
from adapters.event_store.recorded import ActorStamp, Metadata
from adapters.personal_data.marked import personal_part
from adapters.personal_data.people import Person
from adapters.personal_data.sealing import SealBroken, new_key
from tests.adapters.personal_data.canaries import CANARY, filled
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.lives import Life, lives
from tests.keys import KEYS, MAPPER

law = settings(deadline=None)
STREAM = UUID(int=1)
KEY = new_key(KEYS, STREAM, Person("05513000", CANARY, CANARY)).key
CITIZEN = Metadata(uuid4(), ActorStamp(f"account-{CANARY}", "citizen"), "trace-1")
CLERK = Metadata(uuid4(), ActorStamp("clerk-anna", "clerk", "05513000"), "trace-1")
WITHOUT_KEYS = EventMapper(EVENT_TYPES)
HISTORIES = [*past.BY_STATUS.values(), past.in_correction, past.proof_in_quarantine]


def texts(value: Any) -> Iterator[str]:
    """Every text in a value, and every date as it would be written."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, date):
        yield value.isoformat()
    elif isinstance(value, dict):
        yield from texts([*value, *value.values()])
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)
    elif is_dataclass(value):
        yield from texts([getattr(value, field.name) for field in fields(value)])


def require_law(history: Sequence[Any], metadata: Metadata) -> None:
    for version, event in enumerate(history, 1):
        place, part = Place(version, KEY), personal_part(type(event))
        name, state = MAPPER.encode(event, metadata, place)
        stored = MAPPER.decode(name, state, place)
        assert (stored.data, stored.metadata) == (event, metadata)
        assert MAPPER.decode_event(name, state, place) == event
        private, _ = part.apart(event)
        for text in texts(private):
            assert len(text) < 3 or text == "de" or _word(text) not in state
        if metadata is CITIZEN:
            assert CANARY.encode() not in state
        require_emptied(event, metadata, name, state)


def _word(text: str) -> bytes:
    """As a value of its own: a short text may be a part of another word."""
    return msgspec.json.encode(text)


def require_emptied(event: Any, metadata: Metadata, name: str, state: bytes) -> None:
    part = personal_part(type(event))
    for mapper, place in (
        (MAPPER, None),
        (MAPPER, Place(1, None)),
        (WITHOUT_KEYS, None),
    ):
        stored = mapper.decode(name, state, place)
        assert part.apart(stored.data)[0] == {}
        assert mapper.decode_event(name, state, place) == stored.data
        for field in part.others:
            assert getattr(stored.data, field) == getattr(event, field)
        known = "" if metadata is CITIZEN else metadata.actor.subject
        actor = msgspec.structs.replace(metadata.actor, subject=known)
        assert stored.metadata == msgspec.structs.replace(metadata, actor=actor)


@pytest.mark.parametrize("metadata", [CITIZEN, CLERK], ids=["citizen", "clerk"])
@pytest.mark.parametrize("history", HISTORIES)
def test_what_is_stored_is_read_with_its_key_and_says_nobody_without(
    history: past.History, metadata: Metadata
) -> None:
    require_law(history, metadata)


@law
@given(lives)
def test_so_it_is_in_whatever_life(life: Life) -> None:
    require_law(life.history, CITIZEN)
    require_law(life.history, CLERK)


@pytest.mark.parametrize("kind", EVENT_TYPES, ids=lambda kind: kind.__name__)
def test_so_it_is_with_every_event_filled_to_the_brim(kind: type) -> None:
    event = filled(kind)
    require_law([event], CLERK)
    _, state = MAPPER.encode(event, CITIZEN, Place(1, KEY))
    assert CANARY.encode() not in state


@pytest.mark.parametrize("kind", EVENT_TYPES, ids=lambda kind: kind.__name__)
def test_without_a_key_nothing_personal_can_be_stored(kind: type) -> None:
    event, place = filled(kind), Place(1, None)
    with pytest.raises(PersonIsErased):
        MAPPER.encode(event, CITIZEN, place)
    if personal_part(kind):
        with pytest.raises(PersonIsErased):
            MAPPER.encode(event, CLERK, place)
    else:
        assert MAPPER.decode_event(*MAPPER.encode(event, CLERK, place)) == event


def test_without_a_key_ring_no_key_is_made() -> None:
    event = past.unpaid[0]
    with pytest.raises(PersonIsErased):
        EventMapper(EVENT_TYPES).encode(event, CLERK, Place(1, None))


def test_a_box_that_was_moved_is_noticed() -> None:
    name, state = MAPPER.encode(past.unpaid[0], CITIZEN, Place(1, KEY))
    other = new_key(KEYS, uuid4(), Person("05513000", CANARY, CANARY)).key
    for place in (Place(2, KEY), Place(1, other)):
        with pytest.raises(SealBroken):
            MAPPER.decode(name, state, place)


def test_nobody_is_told_by_what_is_said_of_an_error() -> None:
    name, state = MAPPER.encode(filled(type(past.unpaid[0])), CITIZEN, Place(1, KEY))
    with pytest.raises(SealBroken) as broken:
        MAPPER.decode(name, state, Place(2, KEY))
    assert CANARY not in f"{broken.value}{broken.value!r}"


def test_whoever_has_a_copy_of_a_proof_cannot_tell_by_a_hash_whose_it_was() -> None:
    uploaded = replace(h.uploaded, sha256="5d" * 32, clean_sha256="9b" * 32)
    name, state = MAPPER.encode(uploaded, CITIZEN, Place(1, KEY))
    for hash_ in (uploaded.sha256, uploaded.clean_sha256):
        assert hash_.encode() not in state
    assert MAPPER.decode_event(name, state, Place(1, KEY)) == uploaded
    erased = MAPPER.decode_event(name, state)
    assert (erased.sha256, erased.clean_sha256, erased.digest) == ("", "", uploaded.digest)
