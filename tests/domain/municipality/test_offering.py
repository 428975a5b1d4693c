"""When may a town adopt a service, let it go live, suspend it?"""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain import errors
from domain.municipality import commands as c
from domain.municipality import events as e
from domain.municipality.adoption import AdoptionState
from domain.municipality.decisions import MUNICIPALITY
from domain.rules import OwnProof
from tests.domain.municipality import facts as past
from tests.domain.municipality.facts import CARD, DRAFT, FURNISHED, NOW, TERMS, adopt
from tests.given import Given

given = Given(MUNICIPALITY)
DAY = date(2021, 6, 16)


def live(**given: Any) -> c.TakeLive:
    return c.TakeLive(**({"service": CARD, "terms": TERMS, "now": NOW, "since": DAY} | given))


def suspend(reason: str = "Umbau") -> c.SuspendService:
    return c.SuspendService(service=CARD, reason=reason, now=NOW)


def own_proof(kind: str) -> OwnProof:
    return OwnProof(kind=kind, title={"de": "Nachweis", "en": "Proof"}, when={})


def test_a_published_version_is_adopted() -> None:
    given(*FURNISHED).when(adopt()).then(past.adopted)


def test_a_town_asks_for_a_proof_of_its_own() -> None:
    adopted = replace(past.adopted, own_proofs=(own_proof("visa"),))
    given(*FURNISHED).when(adopt(own_proofs=(own_proof("visa"),))).then(adopted)
    assert given(*FURNISHED, adopted).state.services[CARD].own_proofs == adopted.own_proofs


def test_adopting_on_the_same_terms_again_does_nothing() -> None:
    given(*FURNISHED, past.adopted).when(adopt()).then_nothing_happens()


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"terms": DRAFT}, errors.VersionNotPublished),
        ({"office": "Standesamt"}, errors.OfficeUnknown),
        ({"branches": ("nowhere",)}, errors.BranchUnknown),
        ({"fees": {"dog": 1}}, errors.FeeLineUnknown),
        ({"waived_proofs": ("passport",)}, errors.WaivedProofUnknown),
        ({"own_proofs": (own_proof("reduction-proof"),)}, errors.ProofAskedForAlready),
        ({"own_proofs": (own_proof("visa"), own_proof("visa"))}, errors.ProofAskedForAlready),
    ],
)
def test_terms_that_do_not_fit_are_refused(
    wrong: dict[str, Any], refusal: type[errors.Refused]
) -> None:
    given(*FURNISHED).when(adopt(**wrong)).then_refused(refusal)


def test_a_service_goes_live() -> None:
    given(*FURNISHED, past.adopted).when(live()).then(past.live)


def test_what_was_not_adopted_does_not_go_live() -> None:
    given(*FURNISHED).when(live()).then_refused(errors.ServiceNotAdopted)


@pytest.mark.parametrize(
    ("missing", "refusal"),
    [
        (past.with_mailbox, errors.MailboxMissing),
        (past.with_account, errors.PaymentPlatformMissing),
        (past.with_branch, errors.BranchMissing),
    ],
)
def test_the_refusal_names_the_step_that_is_missing(
    missing: Any, refusal: type[errors.Refused]
) -> None:
    history = [happened for happened in FURNISHED if happened is not missing]
    given(*history, past.adopted).when(live()).then_refused(refusal)
    assert refusal.sentence().startswith("Step ")


def test_a_draft_does_not_go_live() -> None:
    refused = given(*FURNISHED, past.adopted).when(live(terms=DRAFT))
    refused.then_refused(errors.VersionNotPublished)


def test_a_mailbox_of_the_office_is_as_good_as_one_of_the_town() -> None:
    of_office = replace(past.with_mailbox, office=past.LIBRARY)
    history = [of_office if one is past.with_mailbox else one for one in FURNISHED]
    given(*history, past.adopted).when(live()).then(past.live)


@pytest.mark.parametrize(
    ("days", "since", "lives"),
    [
        ({"valid_until": date(2020, 1, 1)}, DAY, False),
        ({"valid_until": DAY}, DAY, True),
        ({"valid_until": DAY}, date(2021, 6, 17), False),
        ({"valid_from": date(2021, 7, 1)}, DAY, False),
        ({"valid_from": date(2021, 7, 1)}, date(2021, 7, 1), True),
        ({"valid_until": date(2021, 6, 15)}, None, False),
        ({"valid_until": date(2021, 6, 15)}, date(2021, 6, 1), False),
    ],
)
def test_a_fee_needs_an_account_that_is_valid_when_the_service_goes_live(
    days: dict[str, date], since: date | None, *, lives: bool
) -> None:
    account = replace(past.ACCOUNT, **days)
    history = [*FURNISHED, replace(past.with_account, account=account), past.adopted]
    asked = given(*history).when(live(since=since))
    if lives:
        assert asked.happens()
    else:
        asked.then_refused(errors.PaymentPlatformMissing)
    again = given(*history, past.live, past.suspended).when(live(since=since))
    if not lives:
        again.then_refused(errors.PaymentPlatformMissing)


def test_a_town_that_charges_nothing_needs_no_payment_platform() -> None:
    history = [one for one in FURNISHED if one is not past.with_account]
    free = replace(past.adopted, fees={"adult": 0})
    given(*history, free).when(live()).then(past.live)


def test_an_announced_fee_needs_no_payment_platform() -> None:
    history = [one for one in FURNISHED if one is not past.with_account]
    dogs = replace(TERMS, tariff={}, announced={"one-dog": 12000})
    free = replace(past.adopted, fees={"one-dog": 15600})
    given(*history, free).when(live(terms=dogs)).then(past.live)


def test_a_link_to_another_body_needs_neither_mailbox_nor_branch() -> None:
    link = c.VersionTerms(published=True, takes_applications=False)
    only = replace(past.adopted, fees={})
    given(past.registered, past.with_office, only).when(live(terms=link)).then(past.live)


def test_a_live_service_gets_no_terms_that_it_could_not_have_gone_live_with() -> None:
    history = [one for one in FURNISHED if one is not past.with_account]
    free = replace(past.adopted, fees={"adult": 0})
    refused = given(*history, free, past.live).when(adopt(fees={"adult": 100}))
    refused.then_refused(errors.PaymentPlatformMissing)


def test_new_terms_of_a_live_service_leave_it_live() -> None:
    state = given(*FURNISHED, past.adopted, past.live, e.AdoptionChanged(
        service=CARD, version=2, office=past.LIBRARY, fees={}, changed_at=NOW
    )).state  # fmt: skip
    adoption = state.services[CARD]
    assert (adoption.version, adoption.state) == (2, AdoptionState.LIVE)
    assert adoption.live_since == DAY


def test_a_service_is_suspended_with_a_reason_and_taken_up_again() -> None:
    happened = (*FURNISHED, past.adopted, past.live)
    given(*happened).when(suspend()).then(past.suspended)
    given(*happened).when(suspend(" ")).then_refused(errors.ReasonMissing)
    given(*happened, past.suspended).when(suspend()).then_nothing_happens()
    given(*happened, past.suspended).when(live(since=None)).then(past.live)


def test_what_is_not_live_is_not_suspended() -> None:
    given(*FURNISHED, past.adopted).when(suspend()).then_refused(errors.ServiceIsNotLive)
