"""What is kept of a fee when its payer is erased, where the law wants the payer named."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.personal import Personal


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    given_name: str
    family_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeRecordKept:
    """`account` as in the application, so that a later request finds the record, too."""

    application_id: UUID
    municipality: str
    service: str
    cents: int
    payer: Personal[Payer | None]
    account: Personal[str | None]
    keep_until: date
    kept_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeRecordErased:
    erased_by: str
    erased_at: datetime


FeeRecordEvent = FeeRecordKept | FeeRecordErased
