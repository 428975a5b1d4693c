"""What the platform says of a payment, where the treasury's list and our ledger differ."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from adapters.payments.checkout import Checkout
from adapters.payments.difference import Difference
from adapters.payments.errors import (
    NoPaymentsToday,
    PaymentPlatformUnavailable,
    PaymentRefused,
)
from adapters.payments.finding import Ask

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
            return "not asked"
        said = await say(payment_id)
        silent = silent + 1 if said == PaymentPlatformUnavailable.__name__ else 0
        return said

    async def say(payment_id: UUID) -> str:
        try:
            said = await checkout.look(payment_id)
            if said is None:
                return "no part in it"
            if record:
                await checkout.settle(payment_id, now)
        except (PaymentPlatformUnavailable, PaymentRefused, NoPaymentsToday) as error:
            return type(error).__name__
        return f"{said.status} {said.amount_cents} {said.currency}"

    return ask
