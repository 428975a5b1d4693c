"""What is kept of a fee when its payer is erased, where the law wants the payer named."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.personal import Internal, Personal


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    given_name: str
    family_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeRecordKept:
    """`account` as in the application, so that a later request finds the record, too.

    `years_after_accounts`: kept so many years after the year in which the council adopts the
    accounts of the year `paid_in`, `keep_until` being the earliest day then; None: until that day.
    """

    application_id: UUID
    municipality: str
    service: str
    cents: int
    payer: Personal[Payer | None]
    account: Personal[str | None]
    keep_until: date
    kept_at: datetime
    paid_in: int | None = None
    years_after_accounts: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeRecordErased:
    erased_by: Internal[str]
    erased_at: datetime


FeeRecordEvent = FeeRecordKept | FeeRecordErased
