from uuid import UUID

from domain.application.commands import RecordPayment
from domain.application.decisions import APPLICATION
from domain.payment.events import PaymentSucceeded
from domain.processes.payment import after_success
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.facts import CALENDAR, GELSENKIRCHEN, LATER, NOW, PAYMENT
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
