"""Every event ever written loads for ever: one stored sample of each, never edited, never deleted.

A field added later gets a second sample, `<EventName>.2.json`; the first one stays.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from adapters.event_names import EVENT_TYPES
from adapters.event_store.mapper import EventMapper

MAPPER = EventMapper(EVENT_TYPES)
NAMES = {event_type.__name__: event_type for event_type in EVENT_TYPES}
SAMPLES = sorted((Path(__file__).parent / "events").glob("*.json"))

every_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)


def name_of(sample: Path) -> str:
    return sample.name.split(".")[0]


def stored_again(sample: Path) -> Any:
    stored = MAPPER.decode(name_of(sample), sample.read_bytes())
    return json.loads(MAPPER.encode(stored.data, stored.metadata)[1])


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
