"""What is marked as personal can be empty, and then says nothing of anybody."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import msgspec
import pytest

from adapters.event_names import EVENT_TYPES
from adapters.personal_data.marked import PersonalFieldNeedsEmpty, personal_part
from domain.personal import Personal
from tests.adapters.personal_data.canaries import CANARY, filled

PERSONAL_TYPES = [t for t in EVENT_TYPES if personal_part(t)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Born:
    on: Personal[date]


def emptied(event: Any) -> Any:
    part = personal_part(type(event))
    rest = msgspec.json.encode({name: getattr(event, name) for name in part.others})
    inside = b",".join(filter(None, (part.empty[1:-1], rest[1:-1])))
    return msgspec.json.decode(b"{%s}" % inside, type=type(event))


def test_there_is_something_to_test() -> None:
    assert {"ApplicationSubmitted", "FeeRecordKept"} < {t.__name__ for t in PERSONAL_TYPES}


@pytest.mark.parametrize("kind", PERSONAL_TYPES)
def test_every_personal_field_has_an_empty_value(kind: type) -> None:
    part = personal_part(kind)
    empty = msgspec.json.decode(part.empty)
    assert set(empty) == set(part.names)
    assert not any(empty.values())
    assert {*part.names, *part.others} == {field.name for field in fields(kind)}


@pytest.mark.parametrize("kind", PERSONAL_TYPES)
def test_an_event_without_its_personal_fields_holds_nothing_of_the_person(kind: type) -> None:
    event = filled(kind)
    part = personal_part(kind)
    for name in part.names:
        assert CANARY in str(getattr(event, name))
    empty = emptied(event)
    assert CANARY not in str(empty)
    assert part.apart(empty) == ({}, {f.name: getattr(empty, f.name) for f in fields(kind)})
    for name in part.others:
        assert getattr(empty, name) == getattr(event, name)


@pytest.mark.parametrize("kind", PERSONAL_TYPES)
def test_what_is_sealed_and_the_rest_are_the_whole_event(kind: type) -> None:
    event, part = filled(kind), personal_part(kind)
    private, rest = part.apart(event)
    assert set(private) == set(part.names)
    assert {**private, **rest} == {f.name: getattr(event, f.name) for f in fields(event)}


def test_a_field_that_cannot_be_empty_cannot_be_personal() -> None:
    with pytest.raises(PersonalFieldNeedsEmpty):
        personal_part(Born)
