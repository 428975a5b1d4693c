"""Finds what has been kept for long enough, and lets it go: proofs, persons, payers.

The fact is recorded first, then what it speaks of is removed, as often as it takes.
"""

from collections.abc import Iterable
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
from adapters.personal_data.erasure_terms import Asked, Fate, Outcome
from adapters.proofs.files import ProofFiles
from domain.application.commands import DestroyProofs
from domain.application.decisions import APPLICATION
from domain.application.events import ErasureGround
from domain.application.state import ProofState
from domain.errors import NothingIsDue, Refused
from domain.working_days import legal_day

DUE = """SELECT application_id, municipality, service, 'proofs' AS what, proofs_until AS until,
        proofs FROM retention_v1 WHERE proofs > 0 AND NOT erased AND proofs_until < %b
    UNION ALL SELECT application_id, municipality, service, 'person', person_until, proofs
        FROM retention_v1 WHERE NOT erased AND person_until < %b
    ORDER BY until, application_id, what DESC"""


class What(StrEnum):
    PROOFS = "proofs"
    PERSON = "person"


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

    async def due(self, now: datetime) -> list[Due]:
        """Return what may go today; it is the read model's word, and the rules have the last."""
        today = legal_day(now)
        rows = await self.log.rows(DUE, (today, today))
        return [Due._make(row)._replace(what=What(row[3])) for row in rows]

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

    async def let_payers_go(self, by: ActorStamp, now: datetime) -> list[Outcome]:
        """Erase the payers whose names have been kept for as long as the law demands."""
        command_id = derived_id("retention", "payers", legal_day(now))
        metadata = Metadata(command_id, by, command_id.hex)
        asked = Asked("", None, ErasureGround.RETENTION, metadata, now)
        return await self.eraser.erase_due_fee_records(asked)

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
