from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.application.decisions import APPLICATION
from domain.application.events import ApplicationReceived, Channel
from domain.errors import (
    AlreadySubmitted,
    BranchNotOffered,
    CardNumberMissing,
    ChoiceNotOffered,
    NotReceivedYet,
    TrustLevelTooLow,
)
from domain.rules import Fulfilment, TrustLevel
from tests.domain.application import asked
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.facts import (
    ADULT,
    DERIVATION,
    DUE,
    LATER,
    NOW,
    REDUCED,
)
from tests.given import Given

given = Given(APPLICATION)
strict = replace(ADULT, trust_level=TrustLevel.SUBSTANTIAL)
late_evening = datetime(2021, 6, 15, 22, 30, tzinfo=UTC)  # 00:30 on the 16th in Berlin


def test_an_application_with_a_fee_to_be_paid_first_is_not_handed_over() -> None:
    given().when(asked.submit).then(h.submitted(asked.submit))


def test_an_application_without_fee_and_proofs_is_handed_over_at_once() -> None:
    given().when(asked.submit_minor).then(h.submitted(asked.submit_minor), h.received)


def test_an_application_paid_after_approval_is_handed_over_unpaid() -> None:
    given().when(asked.submit_parking).then(h.submitted(asked.submit_parking), h.received)


def test_a_notification_is_acknowledged_at_once() -> None:
    given().when(asked.submit_meter_reading).then(*past.meter_reading)


def test_payment_completes_an_application_without_proofs() -> None:
    given(*past.unpaid).when(asked.pay()).then(h.paid(), h.received)


def test_payment_does_not_complete_an_application_whose_proof_is_missing() -> None:
    given(h.submitted(asked.submit_reduced)).when(asked.pay(REDUCED)).then(h.paid(REDUCED))


def test_an_application_is_submitted_once() -> None:
    given(*past.unpaid).when(asked.submit).then_refused(AlreadySubmitted)


@pytest.mark.parametrize("level", TrustLevel)
def test_the_trust_level_of_the_account_must_reach_the_services(level: TrustLevel) -> None:
    submit = given().when(replace(asked.submit, rules=strict, trust_level=level))
    if level >= strict.trust_level:
        submit.happens()
    else:
        submit.then_refused(TrustLevelTooLow)


@pytest.mark.parametrize("channel", sorted(set(Channel) - {Channel.ONLINE}))
def test_a_clerk_who_types_it_in_vouches_for_the_person(channel: Channel) -> None:
    submit = replace(asked.submit, rules=strict, channel=channel, account=None)
    given().when(submit).then(h.submitted(submit))


def test_a_result_that_the_service_does_not_offer_cannot_be_chosen() -> None:
    by_mail = replace(asked.submit, fulfilment=Fulfilment.MAIL)
    given().when(by_mail).then_refused(ChoiceNotOffered)


@pytest.mark.parametrize("branch", [None, "", "library-of-another-town"])
def test_a_pickup_needs_a_branch_of_this_municipality(branch: str | None) -> None:
    given().when(replace(asked.submit, branch=branch)).then_refused(BranchNotOffered)


def test_online_only_needs_no_branch_and_keeps_none() -> None:
    submit = replace(asked.submit_online_only, branch="branch-buer")
    given().when(submit).then(replace(h.submitted(submit), branch=None))


def test_a_renewal_keeps_the_number_of_its_card() -> None:
    submit = asked.submit_renewal
    given().when(submit).then(replace(h.submitted(submit), card_number="GE-4711"))


@pytest.mark.parametrize("number", [None, "", " "])
def test_a_renewal_without_the_number_of_the_card_is_refused(number: str | None) -> None:
    submit = replace(asked.submit_renewal, existing_number=number)
    given().when(submit).then_refused(CardNumberMissing)


def test_a_service_without_cards_keeps_no_number() -> None:
    submit = replace(asked.submit_parking, variant="renewal", existing_number="GE-4711")
    given().when(submit).then(replace(h.submitted(submit), card_number=None), h.received)


def test_the_rules_in_force_are_pinned_into_the_fact() -> None:
    [submitted] = given().when(replace(asked.submit, rules=REDUCED)).happens()
    assert given(submitted).state.rules == REDUCED


def test_the_day_of_submission_is_berlins_even_at_night() -> None:
    [submitted] = given().when(replace(asked.submit, submitted_at=late_evening)).happens()
    assert submitted == replace(
        h.submitted(asked.submit), submitted_at=late_evening, legal_day=date(2021, 6, 16)
    )


def test_the_clock_runs_from_receipt_also_at_night() -> None:
    submit = replace(asked.submit_minor, submitted_at=late_evening)
    received = ApplicationReceived(received_at=late_evening, due_on=DUE, derivation=DERIVATION)
    given().when(submit).then(h.submitted(submit), received)


def test_a_letter_counts_from_the_day_it_came_in_not_from_the_day_it_was_typed_in() -> None:
    letter = replace(asked.submit_minor, channel=Channel.POST, now=LATER)
    given().when(letter).then(h.submitted(letter), h.received)


def test_a_portal_whose_clock_runs_ahead_gains_no_time() -> None:
    ahead = replace(asked.submit_minor, submitted_at=NOW + timedelta(days=7))
    given().when(ahead).then(h.submitted(ahead), h.received)


def test_what_source_portal_and_pilot_phase_said_is_kept() -> None:
    submit = replace(asked.submit, pilot=True, source_portal="regio-it", source_submission_id="7")
    given().when(submit).then(h.submitted(submit))


@pytest.mark.parametrize(
    "history", [past.unpaid, past.proof_missing, past.proof_in_quarantine, past.proof_clean_unpaid]
)
def test_nobody_works_on_an_incomplete_application(history: past.History) -> None:
    given(*history).when(asked.claim).then_refused(NotReceivedYet)
    given(*history).when(asked.approve).then_refused(NotReceivedYet)
