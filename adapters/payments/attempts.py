"""The attempts to pay for an application, in their order."""

from collections.abc import AsyncIterator, Iterable
from itertools import count
from uuid import UUID

from adapters.event_store.log import EventLog
from adapters.ids import derived_id
from domain.application.state import Application
from domain.payment.decisions import PAYMENT
from domain.payment.state import Payment, PaymentStatus


async def attempts(log: EventLog, application_id: UUID) -> AsyncIterator[tuple[UUID, Payment]]:
    """Yield every attempt there was, and those there may be."""
    for number in count(1):
        payment_id = derived_id(application_id, "payment", number)
        yield payment_id, PAYMENT.fold(await log.events(payment_id))


async def made(log: EventLog, application_id: UUID) -> list[tuple[UUID, Payment]]:
    """Return every attempt there was."""
    found: list[tuple[UUID, Payment]] = []
    async for payment_id, payment in attempts(log, application_id):
        if payment.status is PaymentStatus.UNKNOWN:
            break
        found.append((payment_id, payment))
    return found


def is_awaited(payments: Iterable[tuple[UUID, Payment]], application: Application) -> bool:
    """A payment is open, or has brought money that the application has not heard of yet."""
    return any(
        payment.may_bring_money or (payment.received and payment_id not in application.money_seen)
        for payment_id, payment in payments
    )
