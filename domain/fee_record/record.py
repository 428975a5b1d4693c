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


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseFeeRecord:
    by: str
    today: date
    now: datetime


FeeRecordCommand = KeepFeeRecord | EraseFeeRecord


@dataclass(frozen=True, slots=True)
class FeeRecord:
    keep_until: date | None = None
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
    )


def _erase(record: FeeRecord, command: EraseFeeRecord) -> list[FeeRecordEvent]:
    if record.keep_until is None:
        raise FeeRecordUnknown
    if record.erased:
        return []
    if command.today <= record.keep_until:
        raise RetentionLasts
    return [FeeRecordErased(erased_by=command.by, erased_at=command.now)]


def evolve(record: FeeRecord, event: FeeRecordEvent) -> FeeRecord:
    match event:
        case FeeRecordKept():
            return replace(record, keep_until=event.keep_until)
        case FeeRecordErased():
            return replace(record, erased=True)
        case _:
            assert_never(event)


FEE_RECORD = Decider(initial=FeeRecord(), decide=decide, evolve=evolve, events=FeeRecordEvent)
