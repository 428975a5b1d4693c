"""What holds for every payment attempt."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.payment import commands as c
from domain.payment import events as e
from domain.payment.decisions import PAYMENT
from domain.payment.state import Payment, PaymentStatus
from tests.domain.payment.booked import booked
from tests.domain.payment.test_payment import (
    cancel,
    cancelled,
    expire,
    expired,
    fail,
    failed,
    open_it,
    opened,
    request,
    requested,
    succeed,
    succeeded,
)

COMMANDS = [request, open_it, succeed, replace(succeed, cents=1), cancel, fail, expire]
EVENTS = [requested, opened, succeeded, cancelled, failed, expired, *booked]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(COMMANDS), max_size=10))
def test_a_payment_succeeds_once_and_for_ever(commands: list[c.PaymentCommand]) -> None:
    history: list[e.PaymentEvent] = [requested]
    for command in commands:
        history += PAYMENT.decide(PAYMENT.fold(history), command)
    successes = [event for event in history if isinstance(event, e.PaymentSucceeded)]
    asked = any(isinstance(command, c.RecordSuccess) for command in commands)
    assert len(successes) == asked
    assert (PAYMENT.fold(history).status is PaymentStatus.SUCCEEDED) == asked


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(EVENTS), max_size=8))
def test_every_history_folds_in_any_order(history: list[e.PaymentEvent]) -> None:
    assert isinstance(PAYMENT.fold(history), Payment)
