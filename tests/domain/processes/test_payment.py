from dataclasses import replace
from uuid import UUID

import pytest

from domain.application import events as a
from domain.application.commands import RecordPayment
from domain.application.decisions import APPLICATION
from domain.payment import events as p
from domain.payment.commands import Book
from domain.payment.events import PaymentSucceeded
from domain.processes.payment import (
    AboutMoney,
    Origin,
    after_assignment,
    after_success,
    booking,
    is_news,
)
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.facts import (
    CALENDAR,
    GELSENKIRCHEN,
    LATER,
    NOW,
    OTHER_APPLICATION,
    PAYMENT,
)
from tests.given import Given

given = Given(APPLICATION)
succeeded = PaymentSucceeded(
    application_id=UUID(int=7),
    municipality=GELSENKIRCHEN,
    cents=2000,
    currency="EUR",
    method="PAYPAL",
    reference="K-1",
    paid_at=NOW,
)
record = after_success(PAYMENT, succeeded, LATER, CALENDAR)


def test_when_money_has_arrived_the_application_learns_of_it() -> None:
    assert record == RecordPayment(
        payment_id=PAYMENT,
        cents=2000,
        currency="EUR",
        method="PAYPAL",
        reference="K-1",
        paid_at=NOW,
        now=LATER,
        calendar=CALENDAR,
    )


def test_the_money_that_arrived_completes_the_application() -> None:
    assert given(*past.unpaid).when(record).happens()[0] == h.paid()


def test_the_process_may_tell_it_twice() -> None:
    given(*past.unpaid, h.paid()).when(record).then_nothing_happens()


ORIGIN = Origin(UUID(int=7), GELSENKIRCHEN)
OF = {"application_id": UUID(int=7), "municipality": GELSENKIRCHEN, "cents": 2000}
cash = replace(h.paid(), method="cash", reference="B-17")


def test_assigned_money_reaches_the_application_it_was_meant_for() -> None:
    expected = replace(record, assigned=True)
    assert after_assignment(h.assigned, LATER, CALENDAR) == expected
    assert given(*past.unpaid).when(expected).happens()[0] == h.paid()


@pytest.mark.parametrize(
    ("event", "entry"),
    [
        (
            cash,
            p.PaymentTakenAtCounter(
                **OF, currency="EUR", method="cash", reference="B-17", paid_at=NOW
            ),
        ),
        (h.refund_due("rejected"), p.PaymentRefundDue(**OF, reason="rejected", due_since=NOW)),
        (
            past.refund_cancelled,
            p.PaymentRefundCancelled(application_id=UUID(int=7), cents=2000, cancelled_at=LATER),
        ),
        (h.refund_done(), p.PaymentRefunded(**OF, reference="KA-1", refunded_at=NOW)),
        (h.charged_back(), p.PaymentChargedBack(**OF, reference="RL-1", charged_back_at=NOW)),
        (
            h.assigned,
            p.PaymentReassigned(
                application_id=OTHER_APPLICATION, from_application=UUID(int=7), reassigned_at=NOW
            ),
        ),
        (h.corrected, p.PaymentCorrected(**OF, ground="booked-by-mistake", corrected_at=NOW)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_the_application_decides_is_booked(event: AboutMoney, entry: p.Booked) -> None:
    assert is_news(event)
    assert booking(ORIGIN, event, LATER) == Book(entry=entry, now=LATER)


def test_what_a_platform_took_is_no_news_to_its_ledger() -> None:
    assert not is_news(h.paid())
    assert isinstance(h.paid(), a.ApplicationPaid)
