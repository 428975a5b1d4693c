"""No correction moves an application to a place that it could not have been submitted for."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.addressed import require_right_body
from api.answers import require_sound_changes
from api.bodies import SubmissionBody
from api.refusals import FormHasProblems
from domain.application.events import ApplicationSubmitted, Channel
from domain.errors import NotResponsible
from domain.municipality.kreise import KREISE, KREISFREI
from tests.api.lives.test_every_town import CATALOGUE, OFFERS, asked_for
from tests.domain.application import asked
from tests.domain.application.happened import submitted

TODAY = date(2026, 11, 26)
DECIDED_BY_PLACE = [
    (ags, key)
    for ags, key in OFFERS
    if CATALOGUE.offer(ags, key).definition.responsible.field is not None
]
PLACES = [
    *CATALOGUE.by_ags,
    *KREISE,
    *(f"{key}000" for key in KREISFREI),
    *(f"{key}004" for key in KREISE),
]
Outcome = tuple[str, str, Any]


def filed(ags: str, key: str, channel: Channel) -> ApplicationSubmitted:
    offer, event = CATALOGUE.offer(ags, key), submitted(asked.submit)
    body = asked_for(ags, offer.definition, offer.branches or ("none",))
    assert event.applicant
    return replace(
        event,
        municipality=ags,
        service=key,
        rules=replace(event.rules, service=key, version=1),
        variant=body["variant"],
        answers=body["answers"],
        channel=channel,
        applicant=replace(event.applicant, birth_date=date(1980, 5, 4)),
    )


def outcome(attempt: Callable[[], None]) -> Outcome:
    """What it is refused with, where, and which body is named."""
    try:
        attempt()
    except NotResponsible as refused:
        return "not-responsible", refused.field, refused.body
    except FormHasProblems as refused:
        return "form-has-problems", refused.problems[0].pointer, None
    return "fine", "", None


def corrected(event: ApplicationSubmitted, place: str) -> Outcome:
    field = CATALOGUE.definition(event.service, 1).responsible.field or ""
    changes = {field[1:]: place}
    return outcome(lambda: require_sound_changes(CATALOGUE, [event], changes, TODAY))


def submitted_there(ags: str, key: str, place: str) -> Outcome:
    offer = CATALOGUE.offer(ags, key)
    body = asked_for(ags, offer.definition, offer.branches or ("none",))
    body["answers"][(offer.definition.responsible.field or "")[1:]] = place
    form = SubmissionBody.model_validate(body)
    return outcome(lambda: require_right_body(CATALOGUE, offer.definition, form, TODAY))


@given(offer=st.sampled_from(DECIDED_BY_PLACE), place=st.sampled_from(PLACES))
def test_a_correction_is_refused_where_a_submission_would_be(
    offer: tuple[str, str], place: str
) -> None:
    ags, key = offer
    told, field, body = corrected(filed(ags, key, Channel.ONLINE), place)
    if told != "form-has-problems":  # the form itself takes no key of a Kreis
        before = field.replace("/changes", "/answers")
        assert (told, before, body) == submitted_there(ags, key, place)
    assert (told == "fine") == (place == ags)
    assert told == "fine" or field.startswith("/changes/")


@given(offer=st.sampled_from(DECIDED_BY_PLACE), place=st.sampled_from(sorted(CATALOGUE.by_ags)))
def test_what_a_clerk_took_in_may_be_corrected_to_any_place_and_is_forwarded(
    offer: tuple[str, str], place: str
) -> None:
    told = corrected(filed(*offer, Channel.POST), place)
    assert told[0] != "not-responsible"


@pytest.mark.parametrize(("ags", "key"), DECIDED_BY_PLACE[:3])
def test_what_a_correction_does_not_touch_is_not_asked_again(ags: str, key: str) -> None:
    """A town that was merged since has not made the application a mistake of its applicant."""
    gone = replace(filed(ags, key, Channel.ONLINE), municipality="05111000")
    change = {"phone": "0209 1690"}
    told, field, _ = outcome(lambda: require_sound_changes(CATALOGUE, [gone], change, TODAY))
    assert told == "fine" or field == "/changes/phone"  # not every form asks for a phone
