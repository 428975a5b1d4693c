"""Takes a fee through a payment platform: begin an attempt, ask how it went, record it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from adapters.event_store.office import Office, Order
from adapters.event_store.recorded import ActorStamp, Metadata
from adapters.ids import derived_id
from adapters.payments.accounts import PlatformAccounts
from adapters.payments.asking import is_old, never_asked, outcome, refused, request_of
from adapters.payments.attempts import attempts
from adapters.payments.errors import (
    PaidAmountUnreadable,
    PaymentIsUnclear,
    PaymentPlatformUnavailable,
    PaymentRefused,
)
from adapters.payments.fee import Fee
from adapters.payments.payment import PaymentTransaction, as_purpose
from adapters.payments.visits import Visits
from adapters.payments.xbezahldienste import PaymentPlatform
from domain.errors import PaymentUnknown
from domain.payment import commands as c
from domain.payment.decisions import PAYMENT
from domain.payment.state import IN_VAIN, Payment
from domain.payment.state import PaymentStatus as Attempt
from domain.working_days import legal_day

ASKED_FOR = (Attempt.OPEN, *IN_VAIN)
SYSTEM = ActorStamp("payments", "system")
# Nothing personal is in a payment's history: its application knows whose it is.
APPLICANT = ActorStamp("", "citizen")


@dataclass(frozen=True, slots=True)
class Checkout:
    """`return_url` is where the browser comes back."""

    office: Office
    accounts: PlatformAccounts
    return_url: Callable[[UUID], str]
    visits: Visits = field(default_factory=Visits)

    async def begin(self, fee: Fee, metadata: Metadata, now: datetime) -> tuple[UUID, Payment]:
        """Return the one open attempt of this application, or a new one.

        Attempts are numbered and their ids derived, so that there is never a second open one.
        """
        payment_id, payment = await self._current_attempt(fee, now)
        if payment.status is Attempt.UNKNOWN:
            request = c.RequestPayment(
                application_id=fee.application_id,
                municipality=fee.municipality,
                cents=fee.cents,
                items=fee.items,
                purpose=as_purpose(f"{str(fee.application_id)[-8:]} {fee.service}"),
                now=now,
                platform_account=self.accounts.of(fee.municipality, legal_day(now)),
            )
            payment = await self._carry_out(payment_id, request, metadata)
        if payment.status is Attempt.REQUESTED:
            payment = await self._open(payment_id, payment, fee.back, metadata, now)
        if payment.status is Attempt.OPEN and not payment.redirect_url:
            # The platform knew it, and it is no longer to be paid: our note of that was lost.
            payment = await self.settle(payment_id, now)
        return payment_id, payment

    async def begun_before(
        self, application_id: UUID, metadata: Metadata
    ) -> tuple[UUID, Payment] | None:
        """Return the attempt that this very command began, if it did; one that the platform did
        not take is none, and the command may begin another.
        """
        async for payment_id, payment in attempts(self.office.log, application_id):
            if payment.status is Attempt.UNKNOWN:
                return None
            if payment.never_opened:
                continue
            begun = _own_id(metadata, payment_id, c.RequestPayment)
            if await self.office.log.is_known(begun):
                return payment_id, payment
        return None

    async def settle(self, payment_id: UUID, now: datetime, *, ask: bool = True) -> Payment:
        """Ask the platform how an attempt went and record it; the redirect says nothing.

        One that ended in vain is asked for, too: money may come late. Raise PaidAmountUnreadable
        once the treasury was told.
        """
        payment = await self.find(payment_id)
        if payment.found:  # nobody began it, so nobody is told about it
            raise PaymentUnknown
        if not ask or payment.status not in ASKED_FOR:
            return payment
        try:
            transaction = await self._platform(payment).status(payment.transaction_id)
        except PaidAmountUnreadable:
            await self._record(
                payment_id, payment, c.RecordUnclear(now=now), f"unclear-{payment.status}"
            )
            raise
        except (PaymentRefused, PaymentPlatformUnavailable):
            # A platform that forgot it, or is gone, does not block the fee for ever.
            if payment.status is Attempt.OPEN and is_old(payment, now):
                await self._record(payment_id, payment, c.ExpirePayment(now=now), "no-answer")
            raise
        command = outcome(transaction, payment, now)
        if command is None:
            return payment
        return await self._record(payment_id, payment, command, transaction.status)

    async def visit(self, payment_id: UUID, now: datetime) -> Payment:
        """Settle it for a browser that comes back, or tell what is known already."""
        with self.visits.asks(payment_id) as may_ask:
            return await self.settle(payment_id, now, ask=may_ask)

    async def give_up(self, payment_id: UUID, now: datetime, *, unanswered: bool) -> None:
        """Ask no more; what nobody told us is shown to the treasury."""
        payment = await self.find(payment_id)
        command = c.GiveUp(unanswered=unanswered, now=now)
        await self._record(payment_id, payment, command, "given-up")

    async def look(self, payment_id: UUID) -> PaymentTransaction | None:
        """Ask the platform about an attempt, whatever became of it, and record nothing.

        None where no platform took part, as at the counter.
        """
        payment = await self.find(payment_id)
        if not payment.transaction_id:
            return None
        return await self._platform(payment).status(payment.transaction_id)

    async def find(self, payment_id: UUID) -> Payment:
        payment = PAYMENT.fold(await self.office.log.events(payment_id))
        if payment.status is Attempt.UNKNOWN:
            raise PaymentUnknown
        return payment

    def _platform(self, payment: Payment) -> PaymentPlatform:
        return self.accounts.platform(payment.municipality, payment.platform_account)

    async def _current_attempt(self, fee: Fee, now: datetime) -> tuple[UUID, Payment]:
        """Pass over attempts that ended in vain, or whose money came and did not fit the fee.

        A success that the application has not heard of yet is on its way: no second payment. Nor is
        there one while it is unclear whether there was a first; raise PaymentIsUnclear.
        """
        async for payment_id, known in attempts(self.office.log, fee.application_id):
            payment = await self._unless_old(payment_id, known, now)
            if payment.waits_for_word:
                raise PaymentIsUnclear
            if not payment.in_vain and payment_id not in fee.money_seen:
                return payment_id, payment
        raise PaymentUnknown

    async def _unless_old(self, payment_id: UUID, payment: Payment, now: datetime) -> Payment:
        """Nobody was sent to the platform for it, so it cannot bring money."""
        if payment.status is not Attempt.REQUESTED or not is_old(payment, now):
            return payment
        return await self._record(payment_id, payment, never_asked(now), "abandoned")

    async def _open(
        self, payment_id: UUID, payment: Payment, back: str, metadata: Metadata, now: datetime
    ) -> Payment:
        asked = request_of(payment_id, payment, self.return_url(payment_id) + back, now)
        try:
            transaction = await self._platform(payment).create(asked)
        except PaymentRefused as refusal:
            await self._record(payment_id, payment, refused(refusal, now), "refused")
            raise
        opened = c.OpenPayment(
            transaction_id=transaction.transaction_id,
            redirect_url=transaction.redirect_url or "",
            reference=transaction.reference or "",
            now=now,
        )
        return await self._carry_out(payment_id, opened, metadata)

    async def _record(
        self, payment_id: UUID, payment: Payment, command: c.PaymentCommand, said: str
    ) -> Payment:
        """What the platform says, once however often it says so."""
        stamp = Metadata(derived_id(payment_id, said), SYSTEM, str(payment.application_id))
        return await self._carry_out(payment_id, command, stamp)

    async def _carry_out(self, payment_id: UUID, command: Any, metadata: Metadata) -> Payment:
        own = Metadata(
            _own_id(metadata, payment_id, type(command)),
            metadata.actor if metadata.actor.role != "citizen" else APPLICANT,
            metadata.correlation_id,
            metadata.causation_id,
        )
        return (await self.office.carry_out(PAYMENT, Order(payment_id, command, own))).state


def _own_id(metadata: Metadata, payment_id: UUID, command: type) -> UUID:
    return derived_id(metadata.command_id, payment_id, command.__name__)
