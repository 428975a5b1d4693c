"""Whatever becomes of the catalogue, a running application goes on as it was filed."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.catalogue.catalogue import Catalogue
from adapters.event_store.recorded import Recorded
from adapters.mail.letters import compose
from adapters.mail.notices import NOTICES
from api.answers import require_sound_changes
from api.refusals import FormHasProblems
from tests.adapters.changing_catalogue import (
    BEGUN,
    FIRST,
    TODAY,
    Change,
    Log,
    any_change,
    carry_out,
    closing_days,
)
from tests.adapters.event_store.proposals import metadata
from tests.domain.application.facts import NOW
from tests.workers.lives_told import Life, told

CARD = "library-card"
LIFE: dict[type, Life] = told("de")
CASE = UUID(int=1)
ANSWERS = {
    "address": {
        "street": "Ebertstraße",
        "house_number": "11",
        "postal_code": "45879",
        "city": "Gelsenkirchen",
    },
    "reduction": "none",
    "accepts_terms": True,
}


changes_of_card = st.one_of(any_change(CARD), closing_days)
law = settings(max_examples=100, deadline=None)


def changed(changes: list[Change], log: Log | None = None) -> Log:
    log = log or Log(BEGUN, BEGUN.position)
    for change in changes:
        carry_out(log, CARD, change)
    return log


def letters(catalogue: Catalogue) -> list[str]:
    texts = []
    for event, life in LIFE.items():
        history = [Recorded(CASE, n, n, e, metadata(), NOW) for n, e in enumerate(life, 1)]
        mail = compose(UUID(int=2), NOTICES[event], history, catalogue)
        texts.append(str(mail))
    return texts


LETTERS = letters(BEGUN.catalogue())


@law
@given(st.lists(changes_of_card, max_size=12))
def test_a_running_application_stays_as_it_was_filed(changes: list[Change]) -> None:
    now = changed(changes).folded.catalogue()
    assert now.definition(CARD, 1) == FIRST[CARD]
    assert letters(now) == LETTERS


@law
@given(st.lists(changes_of_card, max_size=12))
def test_a_correction_is_checked_by_the_form_that_was_filed(changes: list[Change]) -> None:
    log = changed(changes)
    (submitted, *_) = next(iter(LIFE.values()))
    history, now = [replace(submitted, answers=ANSWERS)], log.folded.catalogue()
    require_sound_changes(now, history, {"phone": "0209 1690"}, TODAY)
    with pytest.raises(FormHasProblems):
        require_sound_changes(now, history, {"phone": "x"}, TODAY)


@law
@given(st.lists(changes_of_card, max_size=8), st.integers(0, 8))
def test_folding_in_one_go_or_in_two_is_the_same(changes: list[Change], cut: int) -> None:
    whole, first = changed(changes), changed(changes[:cut])
    rest = changed(changes[cut:], Log(first.folded, first.position))
    assert rest.folded.catalogue() == whole.folded.catalogue()
