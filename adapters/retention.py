"""Finds what has been kept for long enough, and lets it go: proofs, persons, payers.

The fact is recorded first, then what it speaks of is removed, as often as it takes.
"""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from adapters.event_store.log import EventLog
from adapters.event_store.office import Order
from adapters.event_store.recorded import ActorStamp, Metadata
from adapters.ids import derived_id
from adapters.personal_data.erasure import Eraser
from adapters.personal_data.erasure_terms import Asked, Fate
from adapters.proofs.files import ProofFiles
from domain.application.commands import DestroyProofs
from domain.application.decisions import APPLICATION
from domain.application.events import ErasureGround
from domain.application.state import ProofState
from domain.errors import NothingIsDue, Refused
from domain.fee_record.record import FeeRecord
from domain.working_days import legal_day

DUE = """SELECT * FROM (
    SELECT proofs_until AS until, application_id, 0 AS nth, municipality, service, proofs
        FROM retention_v1 WHERE proofs > 0 AND NOT erased AND proofs_until < %b
    UNION ALL SELECT person_until, application_id, 1, municipality, service, proofs
        FROM retention_v1 WHERE NOT erased AND person_until < %b) due
    WHERE (until, application_id, nth) > (%b, %b, %b)
    ORDER BY until, application_id, nth LIMIT %b"""
# The accounts may keep a record for longer than that day, never for less.
PAYERS = """SELECT keep_until, record_id, municipality, paid_in, years_after_accounts
    FROM fee_records_v1 WHERE keep_until < %b AND (keep_until, record_id) > (%b, %b)
    ORDER BY keep_until, record_id LIMIT %b"""
PAGE = 500
BEGIN = (date.min, UUID(int=0), -1)


class What(StrEnum):
    PROOFS = "proofs"
    PERSON = "person"


WHATS = tuple(What)


class Due(NamedTuple):
    """`until`: the last day on which it had to be kept. `proofs`: how many files there are."""

    application_id: UUID
    municipality: str
    service: str
    what: What
    until: date
    proofs: int


@dataclass(frozen=True, slots=True)
class Retention:
    eraser: Eraser

    @property
    def files(self) -> ProofFiles:
        return self.eraser.files

    @property
    def log(self) -> EventLog:
        return self.eraser.log

    async def due(self, now: datetime) -> AsyncIterator[Due]:
        """Yield what may go today; it is the read model's word, and the rules have the last."""
        today, after = legal_day(now), BEGIN
        while rows := await self.log.rows(DUE, (today, today, *after, PAGE)):
            for until, application_id, nth, municipality, service, proofs in rows:
                what = WHATS[nth]
                yield Due(application_id, municipality, service, what, until, proofs)
            after = rows[-1][:3]

    async def let_go(self, due: Due, by: ActorStamp, now: datetime) -> bool:
        """Return whether it has gone: money that is owed, for instance, keeps a person."""
        command_id = derived_id("retention", due.application_id, due.what, due.until)
        metadata = Metadata(command_id, by, command_id.hex)
        if due.what is What.PROOFS:
            return await self._destroy_proofs(due, metadata, now)
        asked = Asked(
            str(due.application_id), due.municipality, ErasureGround.RETENTION, metadata, now
        )
        try:
            outcomes = await self.eraser.erase(asked)
        except NothingIsDue:
            return False
        return any(
            one.stream_id == due.application_id and one.fate is Fate.ERASED for one in outcomes
        )

    async def payers_due(self, now: datetime) -> AsyncIterator[UUID]:
        """Yield the fee records whose payers have been named for as long as the law demands."""
        today, after = legal_day(now), BEGIN[:2]
        while rows := await self.log.rows(PAYERS, (today, *after, PAGE)):
            for keep_until, record_id, municipality, paid_in, years in rows:
                kept = FeeRecord(keep_until, municipality, paid_in, years)
                until = self.eraser.kept_until(kept)
                if until is not None and until < today:
                    yield record_id
            after = rows[-1][:2]

    async def let_payer_go(self, record_id: UUID, by: ActorStamp, now: datetime) -> bool:
        command_id = derived_id("retention", "payers", legal_day(now))
        metadata = Metadata(command_id, by, command_id.hex)
        asked = Asked("", None, ErasureGround.RETENTION, metadata, now)
        return (await self.eraser.erase_fee_record(asked, record_id)).fate is Fate.ERASED

    async def remove(self, files: Iterable[str]) -> None:
        for name in files:
            await self.files.remove(name)

    async def _destroy_proofs(self, due: Due, metadata: Metadata, now: datetime) -> bool:
        order = Order(due.application_id, DestroyProofs(now=now), metadata)
        try:
            done = await self.eraser.office.carry_out(APPLICATION, order)
        except Refused:  # reopened, or done by another, since the read model was written
            return False
        gone = (one for one in done.state.proofs.values() if one.state is ProofState.DESTROYED)
        await self.remove(proof.file for proof in gone)
        return True
