"""What is decided is the same where sealed parts that the state does not need stay closed."""

from collections.abc import Sequence
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.event_store.mapper import Place
from domain.application.decisions import APPLICATION
from domain.application.events import ApplicationEvent, ProofUploaded
from tests.adapters.event_store.proposals import metadata
from tests.adapters.personal_data.canaries import CANARY, filled
from tests.adapters.personal_data.test_mapper import KEY
from tests.domain.application.test_folding import EVENTS
from tests.keys import MAPPER

FILLED = [filled(kind) for kind in get_args(ApplicationEvent)]
OPENED = APPLICATION.remembers or frozenset()


def stored(*history: ApplicationEvent) -> Sequence[tuple[Any, ...]]:
    return [
        (version, *MAPPER.encode(event, metadata(), Place(version, KEY)))
        for version, event in enumerate(history, 1)
    ]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([*FILLED, *EVENTS]), max_size=12))
def test_the_state_is_the_same(history: list[ApplicationEvent]) -> None:
    rows = stored(*history)
    whole, unopened = MAPPER.events(rows, KEY), MAPPER.events(rows, KEY, OPENED)
    assert whole == history
    assert APPLICATION.fold(unopened) == APPLICATION.fold(whole)


@pytest.mark.parametrize("event", FILLED, ids=lambda event: type(event).__name__)
def test_what_is_opened_has_to_be_and_nothing_else(event: ApplicationEvent) -> None:
    rows = stored(event)
    (whole,), (closed,) = MAPPER.events(rows, KEY), MAPPER.events(rows, KEY, ())
    before, evolve = APPLICATION.initial, APPLICATION.evolve
    assert (evolve(before, whole) != evolve(before, closed)) is (type(event) in OPENED)


def test_what_stays_closed_is_empty() -> None:
    rows = stored(filled(ProofUploaded))
    (closed,), (whole,) = MAPPER.events(rows, KEY, OPENED), MAPPER.events(rows, KEY)
    assert (closed.file_name, whole.file_name) == ("", CANARY)
