"""A fee record: kept once, and erased once its time is over."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import assert_never
from uuid import UUID

from domain.decider import Decider
from domain.errors import FeeRecordUnknown, RetentionLasts
from domain.fee_record.events import FeeRecordErased, FeeRecordEvent, FeeRecordKept, Payer


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepFeeRecord:
    application_id: UUID
    municipality: str
    service: str
    cents: int
    payer: Payer
    account: str | None
    keep_until: date
    now: datetime
    paid_in: int | None = None
    years_after_accounts: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseFeeRecord:
    """`accounts_adopted_on`: those of the year of the payment, if they are by now."""

    by: str
    today: date
    now: datetime
    accounts_adopted_on: date | None = None


FeeRecordCommand = KeepFeeRecord | EraseFeeRecord


@dataclass(frozen=True, slots=True)
class FeeRecord:
    keep_until: date | None = None
    municipality: str = ""
    paid_in: int | None = None
    years_after_accounts: int | None = None
    erased: bool = False


def decide(record: FeeRecord, command: FeeRecordCommand) -> list[FeeRecordEvent]:
    match command:
        case KeepFeeRecord():
            return [] if record.keep_until else [_kept(command)]
        case EraseFeeRecord():
            return _erase(record, command)
        case _:
            assert_never(command)


def _kept(command: KeepFeeRecord) -> FeeRecordKept:
    return FeeRecordKept(
        application_id=command.application_id,
        municipality=command.municipality,
        service=command.service,
        cents=command.cents,
        payer=command.payer,
        account=command.account,
        keep_until=command.keep_until,
        kept_at=command.now,
        paid_in=command.paid_in,
        years_after_accounts=command.years_after_accounts,
    )


def _erase(record: FeeRecord, command: EraseFeeRecord) -> list[FeeRecordEvent]:
    if record.keep_until is None:
        raise FeeRecordUnknown
    if record.erased:
        return []
    until = last_day(record, command.accounts_adopted_on)
    if until is None or command.today <= until:
        raise RetentionLasts
    return [FeeRecordErased(erased_by=command.by, erased_at=command.now)]


def last_day(record: FeeRecord, accounts_adopted_on: date | None) -> date | None:
    """Return until when it is kept; None while nobody knows (§ 59 KomHVO NRW)."""
    if record.years_after_accounts is None:
        return record.keep_until
    if accounts_adopted_on is None:
        return None
    return date(accounts_adopted_on.year + record.years_after_accounts, 12, 31)


def evolve(record: FeeRecord, event: FeeRecordEvent) -> FeeRecord:
    match event:
        case FeeRecordKept():
            return replace(
                record,
                keep_until=event.keep_until,
                municipality=event.municipality,
                paid_in=event.paid_in,
                years_after_accounts=event.years_after_accounts,
            )
        case FeeRecordErased():
            return replace(record, erased=True)
        case _:
            assert_never(event)


FEE_RECORD = Decider(initial=FeeRecord(), decide=decide, evolve=evolve, events=FeeRecordEvent)
