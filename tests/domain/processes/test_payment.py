from uuid import UUID

import pytest

from domain.application.commands import RecordPayment
from domain.application.decisions import APPLICATION
from domain.errors import NoFeeDue
from domain.payment.commands import RequestPayment
from domain.payment.events import PaymentSucceeded
from domain.processes.payment import after_success, ask_for_fee
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.facts import (
    CALENDAR,
    GELSENKIRCHEN,
    LATER,
    NOW,
    PARKING,
    PAYMENT,
)

ID = UUID(int=7)
succeeded = PaymentSucceeded(
    application_id=ID,
    municipality=GELSENKIRCHEN,
    cents=2000,
    currency="EUR",
    method="PAYPAL",
    reference="K-1",
    paid_at=NOW,
)


def ask(history: past.History) -> RequestPayment:
    return ask_for_fee(
        APPLICATION.fold(history),
        application_id=ID,
        municipality=GELSENKIRCHEN,
        purpose="Ausweis",
        now=NOW,
    )


def test_when_money_has_arrived_the_application_learns_of_it() -> None:
    assert after_success(PAYMENT, succeeded, LATER, CALENDAR) == RecordPayment(
        payment_id=PAYMENT,
        cents=2000,
        currency="EUR",
        method="PAYPAL",
        reference="K-1",
        paid_at=NOW,
        now=LATER,
        calendar=CALENDAR,
    )


def test_a_fee_that_is_due_is_asked_for() -> None:
    assert ask(past.unpaid) == RequestPayment(
        application_id=ID, municipality=GELSENKIRCHEN, cents=2000, purpose="Ausweis", now=NOW
    )
    assert ask(past.parking_approved).cents == PARKING.fee.cents


@pytest.mark.parametrize(
    "history",
    [
        (),
        past.handed_over,
        past.minor_in_hands,
        past.parking_in_hands,
        (*past.unpaid, h.withdrawn),
    ],
    ids=["unknown", "paid", "free", "not-approved-yet", "withdrawn"],
)
def test_no_fee_is_asked_for_that_is_not_due(history: past.History) -> None:
    with pytest.raises(NoFeeDue):
        ask(history)
