"""What has happened in one attempt to pay a fee: a small ledger of its own.

Up to the success the platform says what happened. From then on the application decides about its
money, and the ledger books what it decided.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.personal import Internal
from domain.rules import FeeItem


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRequested:
    """Recorded before the platform is asked, so that no transaction is ever unknown to us.

    `platform_account`: where it is asked for, also when the municipality has moved on to another.
    `items`: what the fee is made of, as the platform is told; none: one piece.
    """

    application_id: UUID
    municipality: str
    cents: int
    currency: str
    purpose: str
    requested_at: datetime
    platform_account: str = ""
    items: tuple[FeeItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOpened:
    """The payer is sent to the platform. `reference`: the Kassenzeichen, where it is known yet."""

    application_id: UUID
    municipality: str
    transaction_id: str
    redirect_url: Internal[str]
    opened_at: datetime
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentSucceeded:
    """Method names are open values: platforms come and go."""

    application_id: UUID
    municipality: str
    cents: int
    currency: str
    method: str
    reference: str
    paid_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentUnclear:
    """The platform says that it was paid, and how much cannot be read; it is asked again.

    `cents` and `currency`: what was asked for.
    """

    application_id: UUID
    municipality: str
    cents: int
    currency: str
    reference: str
    noticed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentCancelled:
    application_id: UUID
    cancelled_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFailed:
    application_id: UUID
    reason: str
    failed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentExpired:
    """Nobody paid for so long that another attempt may be made. Money may still come late."""

    application_id: UUID
    expired_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentGivenUp:
    """It has brought no money for so long that its platform is not asked any more.

    `unanswered`: at the last time it did not tell, or not readably, so that a person has to look.
    """

    application_id: UUID
    municipality: str
    cents: int
    currency: str
    reference: str
    unanswered: bool
    given_up_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentTakenAtCounter:
    """In cash or by card, against a receipt: no platform was asked."""

    application_id: UUID
    municipality: str
    cents: int
    currency: str
    method: str
    reference: str
    paid_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRefundDue:
    application_id: UUID
    municipality: str
    cents: int
    reason: str
    due_since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRefundCancelled:
    application_id: UUID
    cents: int
    cancelled_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRefunded:
    application_id: UUID
    municipality: str
    cents: int
    reference: str
    refunded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentChargedBack:
    application_id: UUID
    municipality: str
    cents: int
    reference: str
    charged_back_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReassigned:
    """The money was meant for another application, named here."""

    application_id: UUID
    from_application: UUID
    reassigned_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentCorrected:
    """A compensating entry: what was booked as gone is here after all."""

    application_id: UUID
    municipality: str
    cents: int
    ground: str
    corrected_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentGoneTwice:
    """It was paid back and charged back; `how`: the second time. That much is missing now."""

    application_id: UUID
    municipality: str
    cents: int
    how: str
    reference: str
    gone_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentClaimSettled:
    """What had gone twice has gone once."""

    application_id: UUID
    municipality: str
    ground: str
    settled_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyFound:
    """The treasury has it, and no payment of ours explains it: it is a payment of nobody's yet.

    `why`: the name of the difference it was found by. `paid_at`: noon of the day it was booked.
    `beside`: the application whose payment has the same reference, if there is one.
    """

    municipality: str
    cents: int
    currency: str
    reference: str
    why: str
    paid_at: datetime
    found_at: datetime
    beside: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundMoneyAssigned:
    """From here on the application decides about it."""

    application_id: UUID
    municipality: str
    cents: int
    currency: str
    reference: str
    paid_at: datetime
    assigned_by: Internal[str]
    assigned_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundMoneyGone:
    """It was paid back, or charged back (`how`), before it belonged to any application."""

    municipality: str
    cents: int
    how: str
    reference: str
    recorded_by: Internal[str]
    gone_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundMoneyDismissed:
    """There is no such money; `ground` says what was wrong about the entry."""

    municipality: str
    cents: int
    ground: str
    dismissed_by: Internal[str]
    dismissed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundMoneyBack:
    """A compensating entry: what had gone, or was dismissed, is here after all."""

    municipality: str
    cents: int
    ground: str
    corrected_by: Internal[str]
    corrected_at: datetime


Found = MoneyFound | FoundMoneyAssigned | FoundMoneyGone | FoundMoneyDismissed | FoundMoneyBack
Booked = (
    PaymentTakenAtCounter
    | PaymentRefundDue
    | PaymentRefundCancelled
    | PaymentRefunded
    | PaymentChargedBack
    | PaymentReassigned
    | PaymentCorrected
    | PaymentGoneTwice
    | PaymentClaimSettled
)
PaymentEvent = (
    PaymentRequested
    | PaymentOpened
    | PaymentUnclear
    | PaymentSucceeded
    | PaymentCancelled
    | PaymentFailed
    | PaymentExpired
    | PaymentGivenUp
    | Booked
    | Found
)
