"""What erasing misses where a data key, or what is sealed under it, was damaged."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import NamedTuple
from uuid import UUID

import msgspec

from adapters.event_store.log import EventLog, Pool
from adapters.event_store.mapper import EventMapper
from adapters.event_store.mapping import event_mapper
from adapters.event_store.office import Office
from adapters.personal_data.fee_records import fee_record_of, names_payer
from adapters.personal_data.key_ring import KeyEncryption, KeyVersionMissing, WrongKeyRing
from adapters.personal_data.retired import RETIRED, retired_version
from adapters.personal_data.sealing import SealBroken
from adapters.personal_data.told import IN_USE, require_proof
from domain.application.events import ApplicationEvent, ApplicationSubmitted
from domain.fee_record.record import KeepFeeRecord

DAMAGED = (WrongKeyRing, KeyVersionMissing, SealBroken, msgspec.DecodeError)


class Damage(StrEnum):
    """`key`: nothing was missed by it; `payer`: the law wants the payer named, and nobody can."""

    KEY = "key"
    PAYER = "payer"


class Kept(NamedTuple):
    """What the law wants kept of a fee, if it does; or what hinders it."""

    record: KeepFeeRecord | None = None
    damage: Damage | None = None


class Opened(NamedTuple):
    """The log as who has `keys` reads it."""

    log: EventLog
    keys: KeyEncryption


def keyless(office: Office, pool: Pool) -> Office:
    """Return one that sees nothing personal, as after an erasure."""
    return Office(EventLog(pool, _keyless_mapper()), office.appender)


@cache
def _keyless_mapper() -> EventMapper:
    return event_mapper()


async def kept_of(
    stream_id: UUID, opened: Opened, closed: Sequence[ApplicationEvent], now: datetime
) -> Kept:
    """`closed`: the same history without what is personal. Raise what is wrong with the keys."""
    try:
        history = await opened.log.events(stream_id)
    except DAMAGED:
        await _require_right(opened)
        history = closed
    if _names_somebody(history):
        return Kept(fee_record_of(stream_id, history, now))
    return Kept(damage=Damage.PAYER if names_payer(closed) else Damage.KEY)


def _names_somebody(history: Sequence[ApplicationEvent]) -> bool:
    """Where the row of the key is gone, nothing is damaged, and nobody is named either."""
    submitted = history[0]
    return isinstance(submitted, ApplicationSubmitted) and submitted.applicant is not None


async def _require_right(opened: Opened) -> None:
    """Else the key file is to blame for what does not open, and not what lies in data_keys."""
    retired = sorted(filter(None, [retired_version(n) for (n,) in await opened.log.rows(RETIRED)]))
    for version, proof in await opened.log.rows(IN_USE, (retired,)):
        require_proof(opened.keys, version, proof)
