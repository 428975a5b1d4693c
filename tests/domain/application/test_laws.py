"""What holds for every application, whatever is asked of it and in whichever order."""

from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from typing import Any
from uuid import UUID

from hypothesis import given, settings

from domain.application import commands as c
from domain.application import events as e
from domain.application.decisions import APPLICATION
from domain.application.state import ENDED, FULFILLED, Status
from domain.errors import Refused, TooManyProofs
from domain.rules import Fulfilment, Kind
from tests.domain.application import asked
from tests.domain.application.lives import Life, lives
from tests.domain.application.next_step import next_step

NEW: dict[str, Any] = {"proof_id": UUID(int=999), "digest": "9" * 32}
law = settings(max_examples=150, deadline=None)

DECISIONS = (e.ApplicationApproved, e.ApplicationRejected)
RESULTS = {
    e.ApplicationReadyForPickup: Fulfilment.PICKUP,
    e.ApplicationPickedUp: Fulfilment.PICKUP,
    e.OnlineOnlyIssued: Fulfilment.ONLINE_ONLY,
    e.ApplicationDispatched: Fulfilment.MAIL,
    e.ApplicationAcknowledged: Fulfilment.ACKNOWLEDGEMENT,
}
WAYS_ON = {
    Status.NOT_SUBMITTED: {Status.SUBMITTED, Status.RECEIVED, Status.ACKNOWLEDGED},
    Status.SUBMITTED: {Status.RECEIVED, Status.ACKNOWLEDGED, Status.WITHDRAWN, Status.EXPIRED},
    Status.RECEIVED: {Status.APPROVED, *ENDED} - {Status.PICKED_UP},
    Status.APPROVED: {Status.READY_FOR_PICKUP, *FULFILLED, Status.EXPIRED} - {Status.PICKED_UP},
    Status.READY_FOR_PICKUP: {Status.PICKED_UP, Status.EXPIRED},
}
AFTER_THE_END = (
    e.ApplicationPaid,
    e.UnmatchedMoneyReceived,
    e.RefundDue,
    e.RefundDone,
    e.MoneyChargedBack,
    e.MoneyAssigned,
    e.MoneyCorrected,
    e.MoneyGoneTwice,
    e.ClaimSettled,
    e.ProofFoundClean,
    e.ProofRefused,
    e.ApplicationHandedOver,
    e.NoticeNotDelivered,
    e.NoticeSentAgain,
    e.NoticeSettled,
    e.ApplicantEmailCorrected,
)


@law
@given(lives)
def test_at_most_one_decision_stands(life: Life) -> None:
    marks = [x for x in life.history if isinstance(x, (*DECISIONS, e.ApplicationReopened))]
    assert not any(
        isinstance(a, DECISIONS) and isinstance(b, DECISIONS) for a, b in pairwise(marks)
    )


@law
@given(lives)
def test_an_open_correction_blocks_decisions_and_stands_alone(life: Life) -> None:
    for step in life.steps:
        if step.before.open_correction is not None:
            blocked = (*DECISIONS, e.CorrectionRequested)
            assert not any(isinstance(event, blocked) for event in step.events)


@law
@given(lives)
def test_nothing_is_received_before_proofs_and_fee_are_there(life: Life) -> None:
    for step in life.steps:
        if any(isinstance(event, e.ApplicationReceived) for event in step.events):
            assert step.after.complete


@law
@given(lives)
def test_nothing_is_handed_out_without_approval_and_payment(life: Life) -> None:
    approved = False
    for step in life.steps:
        for event in step.events:
            approved = isinstance(event, e.ApplicationApproved) or (
                approved and not isinstance(event, e.ApplicationReopened)
            )
            if type(event) in RESULTS:
                assert approved or step.after.rules.kind is Kind.NOTIFICATION
                assert not step.after.fee_owed


@law
@given(lives)
def test_fulfilment_follows_the_choice(life: Life) -> None:
    for step in life.steps:
        chosen = {RESULTS[type(event)] for event in step.events if type(event) in RESULTS}
        assert chosen <= {step.after.fulfilment}


@law
@given(lives)
def test_only_legal_ways_lead_on(life: Life) -> None:
    for step in life.steps:
        before, after = step.before.status, step.after.status
        if any(isinstance(event, e.ApplicationReopened) for event in step.events):
            assert before in ENDED
        elif before in ENDED:
            assert all(isinstance(event, AFTER_THE_END) for event in step.events)
        else:
            assert after == before or after in WAYS_ON[before]


@law
@given(lives)
def test_a_clock_runs_exactly_while_an_application_is_reviewed(life: Life) -> None:
    for step in life.steps:
        if step.after.status is Status.RECEIVED:
            stands = step.after.open_correction is not None
            assert step.after.due_on is not None
            assert (step.after.days_left is not None) == stands


@law
@given(lives)
def test_an_application_is_never_stuck(life: Life) -> None:
    end = life.steps[-1].after
    if end.status is not Status.NOT_SUBMITTED:
        assert APPLICATION.decide(end, next_step(end))


@law
@given(lives)
def test_what_is_missing_can_be_brought_until_it_is_decided(life: Life) -> None:
    for step in life.steps:
        if step.after.status not in (Status.SUBMITTED, Status.RECEIVED):
            continue
        for kind in step.after.missing_proofs:
            with suppress(TooManyProofs):
                assert APPLICATION.decide(step.after, replace(asked.upload, kind=kind, **NEW))


@law
@given(lives)
def test_a_command_repeated_at_once_changes_nothing(life: Life) -> None:
    for step in life.steps:
        if isinstance(step.command, c.ReopenApplication) and step.after.status in ENDED:
            continue  # a notification that was completed in the meantime ends again at once
        if isinstance(step.command, c.ExtendDeadline):
            continue  # the office asks for as many days again
        if any(isinstance(event, e.ClaimSettled) for event in step.events):
            continue  # what had gone twice has come back once, and may come back once more
        try:
            again = APPLICATION.decide(step.after, step.command)
        except Refused:
            continue
        assert again == []


@law
@given(lives)
def test_the_same_commands_make_the_same_history(life: Life) -> None:
    for step in life.steps:
        if step.events:
            assert tuple(APPLICATION.decide(step.before, step.command)) == step.events
    assert APPLICATION.fold(life.history) == life.steps[-1].after
