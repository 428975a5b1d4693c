"""What people write freely, and addresses of mailboxes, may name somebody: they stay here."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any, get_args, get_type_hints
from uuid import uuid4

import msgspec
import pytest

from adapters.event_names import EVENT_TYPES
from adapters.event_store.mapper import Place
from adapters.event_store.recorded import ActorStamp, Metadata
from adapters.kafka.asyncapi import document
from adapters.kafka.cloud_events import PARTS, message_of
from adapters.personal_data.marked import internal_names
from domain.municipality import events as m
from domain.municipality.municipality import Attributes, Phase, TownKind
from domain.service.events import ServiceVersionRetired
from tests.keys import MAPPER

EVA, NOW = "Eva Muster", datetime(2026, 7, 1, tzinfo=UTC)
OF_EVA = "eva.muster@gladbeck.example"
TOWN = Attributes(name="Gladbeck", kind=TownKind.KREISANGEHOERIG, region="NW", sender=OF_EVA)
NAMING: list[tuple[Any, dict[str, object]]] = [
    (m.MunicipalityClosed(closed_on=date(2026, 7, 1), reason=EVA, closed_at=NOW), {}),
    (m.ServiceSuspended(service="dog", reason=EVA, suspended_at=NOW), {"service": "dog"}),
    (ServiceVersionRetired(version=7, reason=EVA, retired_at=NOW), {"version": 7}),
    (m.ClerkMailboxSet(address=OF_EVA, office="library", set_at=NOW), {"office": "library"}),
    (
        m.MunicipalityRegistered(
            ags="05562014", attributes=TOWN, phase=Phase.PILOT, registered_at=NOW
        ),
        {"ags": "05562014"},
    ),
    (m.MunicipalityChanged(attributes=TOWN, changed_at=NOW), {}),
]


def published(event: Any) -> tuple[bytes, dict[str, Any]]:
    metadata = Metadata(uuid4(), ActorStamp("operator", "operator"), "trace")
    name, state = MAPPER.encode(event, metadata, Place(1, None))
    assert b"uster" in state
    value = message_of("town", (uuid4(), 1, 7, name, state, NOW)).value
    return value, msgspec.json.decode(value)


@pytest.mark.parametrize(("event", "left"), NAMING, ids=[type(one).__name__ for one, _ in NAMING])
def test_what_may_name_somebody_is_not_published_and_the_rest_is(event, left) -> None:
    value, public = published(event)
    assert b"uster" not in value
    assert left.items() <= public.items()


def test_of_a_town_all_but_the_mailbox_is_published() -> None:
    _, public = published(m.MunicipalityChanged(attributes=TOWN, changed_at=NOW))
    assert (public["attributes"]["name"], public["attributes"]["region"]) == ("Gladbeck", "NW")
    assert "sender" not in document()["components"]["schemas"]["Attributes"]["properties"]


def test_no_part_with_such_a_field_lies_deeper_than_is_looked() -> None:
    deeper = {
        (event.__name__, field.name)
        for event in EVENT_TYPES
        for field in fields(event)
        for part in within(get_type_hints(event)[field.name])
        if internal_names(part)
    }
    assert deeper == {(name, field) for name, parts in PARTS.items() for field in parts}


def within(hint: Any) -> Iterator[type]:
    """Every class of parts that a field of this type may hold."""
    if isinstance(hint, type) and is_dataclass(hint):
        yield hint
        for inner in get_type_hints(hint).values():
            yield from within(inner)
    for inner in get_args(hint):
        yield from within(inner)
