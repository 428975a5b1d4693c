"""Every event ever written loads for ever: one stored sample of each, never edited, never deleted.

A field added later gets a second sample, `<EventName>.2.json`; the first one stays.
"""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.event_names import EVENT_TYPES
from adapters.event_store.codec import Stored
from adapters.event_store.mapper import EventMapper, Place
from adapters.personal_data.marked import personal_part
from adapters.personal_data.sealing import DataKey, SealBroken

MAPPER = EventMapper(EVENT_TYPES)
NAMES = {event_type.__name__: event_type for event_type in EVENT_TYPES}
FOLDER = Path(__file__).parent / "events"
SAMPLES = sorted(FOLDER.glob("*.json"))
SEALED = sorted((FOLDER / "sealed").glob("*.json"))
KEY = DataKey(UUID("019cbd6f-0000-7000-8000-000000000001"), "05513000", AESGCM(bytes(range(32))))

every_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)


def name_of(sample: Path) -> str:
    return sample.name.split(".")[0]


def stored_again(sample: Path) -> Any:
    stored = MAPPER.decode(name_of(sample), sample.read_bytes())
    return json.loads(msgspec.json.encode(Stored(stored.data, stored.metadata)))


def clear_in(sealed: Path) -> set[str]:
    """Return what is personal, and lies in the clear all the same."""
    data = json.loads(sealed.read_bytes())["data"]
    return {one for one in personal_part(NAMES[name_of(sealed)]).names if data.get(one)}


def covers(new: Any, old: Any) -> bool:
    """Whether all that is old is still there; new fields may have joined it."""
    if isinstance(old, dict) and isinstance(new, dict):
        return all(key in new and covers(new[key], value) for key, value in old.items())
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(covers, new, old))
    return bool(new == old)


def test_every_event_has_a_sample_and_no_event_that_has_one_is_forgotten() -> None:
    assert {name_of(sample) for sample in SAMPLES} == set(NAMES)


@every_sample
def test_a_sample_loads_as_its_event(sample: Path) -> None:
    name, state = name_of(sample), sample.read_bytes()
    event = MAPPER.decode(name, state).data
    assert type(event) is NAMES[name]
    assert MAPPER.decode_event(name, state) == event


@every_sample
def test_nothing_of_a_sample_is_lost_or_changed_by_loading_it(sample: Path) -> None:
    assert covers(stored_again(sample), json.loads(sample.read_bytes()))


@pytest.mark.parametrize("name", NAMES)
def test_the_newest_sample_shows_what_is_stored_today(name: str) -> None:
    samples = [sample for sample in SAMPLES if name_of(sample) == name]
    assert any(stored_again(s) == json.loads(s.read_bytes()) for s in samples), (
        f"{name} has gained a field; add a sample that has it: tests/events/{name}.2.json"
    )


def test_everything_personal_has_a_sealed_sample() -> None:
    personal = {name for name, event_type in NAMES.items() if personal_part(event_type)}
    assert {name_of(sample) for sample in SEALED} == personal


@pytest.mark.parametrize("sample", SEALED, ids=lambda path: path.stem)
def test_a_sealed_sample_opens_as_the_plain_one(sample: Path) -> None:
    name, place = name_of(sample), Place(1, KEY)
    plain = MAPPER.decode(name, (FOLDER / sample.name).read_bytes())
    assert MAPPER.decode(name, sample.read_bytes(), place) == plain
    assert MAPPER.decode_event(name, sample.read_bytes(), place) == plain.data


@pytest.mark.parametrize("sample", SEALED, ids=lambda path: path.stem)
def test_without_its_key_a_sealed_sample_says_what_and_not_who(sample: Path) -> None:
    name, part = name_of(sample), personal_part(NAMES[name_of(sample)])
    whole = MAPPER.decode(name, (FOLDER / sample.name).read_bytes()).data
    erased = MAPPER.decode_event(name, sample.read_bytes())
    private, _ = part.apart(whole)
    assert private
    assert part.apart(erased)[0].keys() == clear_in(sample)
    assert part.other_values(erased) == part.other_values(whole)


@pytest.mark.parametrize("name", sorted({name_of(sample) for sample in SEALED}))
def test_of_what_is_stored_today_nothing_personal_lies_in_the_clear(name: str) -> None:
    """A field that became personal still does in an old sample."""
    assert any(not clear_in(sample) for sample in SEALED if name_of(sample) == name)


@pytest.mark.parametrize("sample", SEALED, ids=lambda path: path.stem)
def test_a_box_opens_in_its_own_place_only(sample: Path) -> None:
    for place in (Place(2, KEY), Place(1, KEY._replace(stream_id=UUID(int=1))),
                  Place(1, KEY._replace(municipality="05512000"))):  # fmt: skip
        with pytest.raises(SealBroken):
            MAPPER.decode(name_of(sample), sample.read_bytes(), place)
