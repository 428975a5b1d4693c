"""The rules in force, pinned into the fact of submission.

A replay shows what the clerk saw, never what the catalogue says today.
"""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum

from domain.working_days import DeadlinePolicy


class TrustLevel(IntEnum):
    """How surely the person is known (Vertrauensniveau); ordinal, compared with >=."""

    BASIC = 1
    NORMAL = 2
    SUBSTANTIAL = 3
    HIGH = 4


class Kind(StrEnum):
    DECISION = "decision"
    DOCUMENT_ORDER = "document-order"
    NOTIFICATION = "notification"


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
class Fee:
    """An amount in euro cents, and the line of the tariff it came from."""

    cents: int
    tariff: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """What is kept of a fee when its payer asks to be erased.

    Amounts, dates and references name nobody and stay for ever. `names_payer`: the law wants the
    payer named as well, for `fee_record_years` after the year of the payment.
    """

    fee_record_years: int = 10
    names_payer: bool = False

    def keep_until(self, paid_on: date) -> date:
        return date(paid_on.year + self.fee_record_years, 12, 31)


NAMES_NOBODY = Retention()


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesInForce:
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
