from dataclasses import replace

import pytest

from domain.application.commands import ApplicationCommand
from domain.application.decisions import APPLICATION
from domain.application.state import Status
from domain.errors import (
    AlreadyEnded,
    ClaimedByAnother,
    FeeNotPaid,
    FulfilmentNotChosen,
    NotApproved,
    NotReadyForPickup,
)
from domain.rules import Fulfilment
from tests.domain.application import asked
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.facts import COLLEAGUE, METER_READING, MINOR, PARKING
from tests.given import Given

given = Given(APPLICATION)
DELIVERIES = [asked.mark_ready, asked.dispatch]
by_counter = replace(asked.hand_out, clerk=COLLEAGUE)


def test_an_approved_card_is_made_ready_at_the_branch_of_choice() -> None:
    given(*past.to_be_collected).when(asked.mark_ready).then(h.ready)


def test_the_number_printed_on_the_card_wins_over_the_reserved_one() -> None:
    printed = replace(asked.mark_ready, card_number="GE-0002")
    given(*past.to_be_collected).when(printed).then(replace(h.ready, card_number="GE-0002"))


def test_a_renewed_card_keeps_its_number() -> None:
    renewal = replace(h.submitted(asked.submit_renewal), card_number="GE-4711")
    given(renewal, *past.to_be_collected[1:]).when(asked.mark_ready).then(
        replace(h.ready, card_number="GE-4711")
    )


def test_a_reopened_card_keeps_the_number_printed_on_it() -> None:
    printed = (*past.to_be_collected, replace(h.ready, card_number="GE-0002"))
    assert given(*printed, h.picked_up).state.card_number == "GE-0002"


def test_a_ready_card_is_handed_out_by_whoever_is_at_the_counter() -> None:
    given(*past.ready).when(by_counter).then(replace(h.picked_up, handed_out_by=COLLEAGUE))


def test_nothing_is_handed_out_before_it_is_ready() -> None:
    given(*past.to_be_collected).when(asked.hand_out).then_refused(NotReadyForPickup)
    given(*past.unpaid).when(asked.hand_out).then_refused(NotReadyForPickup)


def test_nothing_is_handed_out_twice() -> None:
    given(*past.ENDED_AS[Status.PICKED_UP]).when(asked.hand_out).then_refused(AlreadyEnded)


def test_online_only_is_issued_at_once_on_approval() -> None:
    given(*past.online_only_in_hands).when(asked.approve).then(h.approved, h.issued_online)


def test_online_only_carries_only_the_online_entitlements() -> None:
    [_, issued] = given(*past.online_only_in_hands).when(asked.approve).happens()
    assert issued == replace(h.issued_online, entitlements=("onleihe",))


@pytest.mark.parametrize("command", [*DELIVERIES, asked.hand_out])
def test_online_only_is_never_ready_for_pickup(command: ApplicationCommand) -> None:
    given(*past.ENDED_AS[Status.ISSUED_ONLINE]).when(command).then_refused(AlreadyEnded)


def test_an_approved_document_is_dispatched_by_mail() -> None:
    given(*past.certificate_approved).when(asked.dispatch).then(h.dispatched)


def test_fulfilment_follows_the_applicants_choice() -> None:
    given(*past.to_be_collected).when(asked.dispatch).then_refused(FulfilmentNotChosen)
    given(*past.certificate_approved).when(asked.mark_ready).then_refused(FulfilmentNotChosen)


def test_a_permit_with_an_open_fee_is_not_issued_on_approval() -> None:
    given(*past.parking_in_hands).when(asked.approve).then(h.approved)


def test_a_permit_with_an_open_fee_is_not_dispatched() -> None:
    given(*past.parking_by_mail_approved).when(asked.dispatch).then_refused(FeeNotPaid)


def test_a_card_with_an_open_fee_is_not_made_ready() -> None:
    rules = replace(PARKING, fulfilments=MINOR.fulfilments)
    history = (h.submitted(replace(asked.submit, rules=rules)), h.received, h.claimed, h.approved)
    given(*history).when(asked.mark_ready).then_refused(FeeNotPaid)


def test_a_paid_permit_is_dispatched() -> None:
    given(*past.parking_by_mail_paid).when(asked.dispatch).then(h.dispatched)


def test_an_approval_that_needs_no_result_is_acknowledged_at_once() -> None:
    rules = replace(MINOR, fulfilments=METER_READING.fulfilments)
    submit = replace(asked.submit_minor, rules=rules, fulfilment=Fulfilment.ACKNOWLEDGEMENT)
    given(h.submitted(submit), h.received, h.claimed).when(asked.approve).then(
        h.approved, h.acknowledged
    )


@pytest.mark.parametrize("command", DELIVERIES)
@pytest.mark.parametrize("history", [past.unpaid, past.in_hands, past.in_correction])
def test_nothing_is_delivered_without_approval(
    command: ApplicationCommand, history: past.History
) -> None:
    given(*history).when(command).then_refused(NotApproved)


def test_what_one_clerk_has_claimed_is_not_delivered_by_another() -> None:
    ready = replace(asked.mark_ready, clerk=COLLEAGUE)
    given(*past.to_be_collected).when(ready).then_refused(ClaimedByAnother)
    dispatch = replace(asked.dispatch, clerk=COLLEAGUE)
    given(*past.certificate_approved).when(dispatch).then_refused(ClaimedByAnother)


def test_after_a_release_any_clerk_may_deliver() -> None:
    ready = replace(asked.mark_ready, clerk=COLLEAGUE)
    given(*past.to_be_collected, h.released).when(ready).then(replace(h.ready, ready_by=COLLEAGUE))
