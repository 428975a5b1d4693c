"""The attempts to pay for an application, in their order."""

from collections.abc import AsyncIterator
from itertools import count
from uuid import UUID

from adapters.event_store.log import EventLog
from adapters.ids import derived_id
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
