"""What the platform says of a payment, where the treasury's list and our ledger differ."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from adapters.payments.checkout import Checkout
from adapters.payments.difference import Difference
from adapters.payments.errors import (
    NoPaymentsToday,
    PaidAmountUnreadable,
    PaymentPlatformUnavailable,
    PaymentRefused,
)
from adapters.payments.finding import Ask
from adapters.payments.queueing import NOT_ASKED

MOST_SILENT = 3


async def with_platform(difference: Difference, ask: Ask | None) -> Difference:
    """What the platform says of it; money that it took and we had not heard of is recorded."""
    if ask is None or difference.kind != "payment" or difference.payment_id is None:
        return difference
    return replace(difference, platform=await ask(difference.payment_id))


def asking(checkout: Checkout, now: datetime, *, record: bool = True) -> Ask:
    """`record`: money that the platform took and that is not known here.

    One that does not answer is asked a few times, and then about nothing more.
    """
    silent = 0

    async def ask(payment_id: UUID) -> str:
        nonlocal silent
        if silent == MOST_SILENT:
            return NOT_ASKED
        said = await _say(checkout, payment_id, now, record=record)
        silent = silent + 1 if said == PaymentPlatformUnavailable.__name__ else 0
        return said

    return ask


async def _say(checkout: Checkout, payment_id: UUID, now: datetime, *, record: bool) -> str:
    try:
        said = await checkout.look(payment_id)
        if said is None:
            return "no part in it"
        if record:
            await checkout.settle(payment_id, now)
    except PaidAmountUnreadable as paid:
        if record:
            with suppress(PaymentPlatformUnavailable, PaymentRefused):
                await checkout.settle(payment_id, now)  # the treasury is told
        return type(paid).__name__
    except (PaymentPlatformUnavailable, PaymentRefused, NoPaymentsToday) as error:
        return type(error).__name__
    return f"{said.status} {said.amount_cents} {said.currency}"
