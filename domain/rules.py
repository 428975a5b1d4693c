"""The rules in force, pinned into the fact of submission.

A replay shows what the clerk saw, never what the catalogue says today.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from typing import Any

from domain.working_days import DeadlinePolicy


class TrustLevel(IntEnum):
    """How surely the person is known (Vertrauensniveau); ordinal, compared with >=."""

    BASIC = 1
    NORMAL = 2
    SUBSTANTIAL = 3
    HIGH = 4


class Kind(StrEnum):
    """`notification`: acknowledged at once. `external`: another body's, applied for there."""

    DECISION = "decision"
    DOCUMENT_ORDER = "document-order"
    NOTIFICATION = "notification"
    EXTERNAL = "external"


class PaymentTiming(StrEnum):
    NONE = "none"
    BEFORE_HANDOVER = "before-handover"
    AFTER_APPROVAL = "after-approval"


class Fulfilment(StrEnum):
    """How the result reaches the applicant."""

    PICKUP = "pickup"
    ONLINE_ONLY = "online-only"
    MAIL = "mail"
    ACKNOWLEDGEMENT = "acknowledgement"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeItem:
    """So many pieces at so many euro cents each, and the name of that price."""

    name: str
    quantity: int
    cents_each: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """An amount in euro cents, and the line of the tariff it came from.

    `items` add up to it where several pieces were asked for; otherwise there are none.
    """

    cents: int
    tariff: str
    items: tuple[FeeItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """What is kept of a fee when its payer asks to be erased, and how long the rest is kept at all.

    Amounts, dates and references name nobody and stay for ever. `names_payer`: the law wants the
    payer named as well, for `fee_record_years` after the year of the payment; or, where
    `years_after_accounts` is given, for so many from the January after the council has adopted the
    annual accounts of that year (§ 59 KomHVO NRW).

    Counted from the end of an application: its proofs go after `proof_days`, the person after
    `unsuccessful_months` or `successful_months`; None: never by themselves.
    """

    fee_record_years: int = 10
    names_payer: bool = False
    years_after_accounts: int | None = None
    proof_days: int | None = 90
    unsuccessful_months: int | None = 12
    successful_months: int | None = None

    def keep_until(self, paid_on: date) -> date:
        """Where the accounts decide, the earliest day: they are adopted in the year after."""
        if self.years_after_accounts is not None:
            return date(paid_on.year + 1 + self.years_after_accounts, 12, 31)
        return date(paid_on.year + self.fee_record_years, 12, 31)


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later, or the last one of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


NAMES_NOBODY = Retention()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiry:
    """After how many days of waiting for the applicant an application expires; None: never.

    `unpaid_days`: the fee is due. `unanswered_days`: a proof or an answer is missing.
    `pickup_days`: the result lies ready and nobody collects it.
    """

    unpaid_days: int | None = None
    unanswered_days: int | None = None
    pickup_days: int | None = None


NEVER = Expiry()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """When whom is told of a day that comes near, or has passed.

    The office: `due_soon_days` before a decision is due, `escalation_days` after, counted as the
    deadline counts. The applicant: `reminder_days` before the application expires, and
    `pickup_reminder_days` after the result lies ready; these are calendar days.
    """

    due_soon_days: int = 1
    escalation_days: int = 1
    reminder_days: int = 3
    pickup_reminder_days: int = 14


USUAL_NOTICES = Notices()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnProof:
    """What one town asks for beyond the definition of a service, where `when` holds."""

    kind: str
    title: Mapping[str, str]
    when: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesInForce:
    """`announced`: what a notice will demand later; nothing is paid here. `yearly`: a duty that
    comes back every year. `waived_proofs`: what the town did not ask for, whatever the answers;
    `own_proofs`: what it asked for besides, where they hold.
    """

    service: str
    version: int
    definition_sha256: str
    kind: Kind
    trust_level: TrustLevel
    fee: Fee
    payment_timing: PaymentTiming
    required_proofs: tuple[str, ...]
    fulfilments: tuple[Fulfilment, ...]
    branches: tuple[str, ...]
    deadline: DeadlinePolicy
    entitlements: tuple[str, ...] = ()
    online_entitlements: tuple[str, ...] = ()
    issues_number: bool = False
    retention: Retention = NAMES_NOBODY
    announced: Fee | None = None
    expiry: Expiry = NEVER
    notices: Notices = USUAL_NOTICES
    yearly: bool = False
    leika: str | None = None
    waived_proofs: tuple[str, ...] = ()
    own_proofs: tuple[OwnProof, ...] = ()
