"""Whether a fee was paid online, before it is taken at the counter: who pays twice has to wait long
for their money.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from adapters.payments.attempts import made
from adapters.payments.checkout import Checkout
from adapters.payments.errors import (
    NoPaymentsToday,
    PaidAmountUnreadable,
    PaidMeanwhile,
    PaymentIsUnclear,
    PaymentPlatformUnavailable,
    PaymentRefused,
    PaymentUnanswered,
)
from domain.application.state import Application
from domain.payment.state import Payment


@dataclass(frozen=True, slots=True)
class PaidOnline:
    checkout: Checkout
    now: datetime

    async def require_not(
        self, application_id: UUID, application: Application, *, although_unanswered: bool
    ) -> None:
        """Ask the platform about every attempt that is open.

        One that it does not know, or that nobody has paid yet, is in nobody's way: money that comes
        for it later is shown to the treasury. Raise PaidMeanwhile, PaymentIsUnclear or
        PaymentUnanswered.
        """
        for payment_id, before in await made(self.checkout.office.log, application_id):
            if payment_id in application.money_seen:
                continue
            payment = before
            if before.may_bring_money:
                payment = await self._settled(payment_id, required=not although_unanswered)
            if payment.received:
                raise PaidMeanwhile
            if payment.unclear:
                raise PaymentIsUnclear

    async def _settled(self, payment_id: UUID, *, required: bool) -> Payment:
        try:
            await self.checkout.settle(payment_id, self.now)
        except (PaidAmountUnreadable, PaymentRefused):
            """The treasury was told; or the platform knows of no payment."""
        except (PaymentPlatformUnavailable, NoPaymentsToday):
            if required:
                raise PaymentUnanswered from None
        return await self.checkout.find(payment_id)
