"""Looks into every proof that was uploaded; until then it stays in quarantine."""

from datetime import UTC, datetime

from adapters.bootstrap import Parts
from adapters.catalogue.calendar import working_calendar
from adapters.event_store.office import Order
from adapters.event_store.recorded import Recorded
from adapters.proofs.confined import CHECKED_BY, confined_fault
from adapters.proofs.errors import ProofFileMissing
from adapters.runner_names import PROOF_INSPECTION
from domain.application.commands import Finding, RecordProofCheck
from domain.application.decisions import APPLICATION
from domain.application.events import ProofUploaded
from workers.react import Connection, Reaction, because_of


async def inspect(parts: Parts, _: Connection, recorded: Recorded) -> None:
    event: ProofUploaded = recorded.event
    state = APPLICATION.fold(await parts.log.events(recorded.stream_id))
    if state.erased:
        return  # and its files with it
    body = await parts.files.read(event.file)
    if body is None:
        raise ProofFileMissing(event.file)
    reason = await confined_fault(body, event.media_type)
    now = datetime.now(UTC)
    command = RecordProofCheck(
        proof_id=event.proof_id,
        finding=Finding.REFUSED if reason else Finding.CLEAN,
        reason=reason,
        checked_by=CHECKED_BY,
        now=now,
        calendar=working_calendar(parts.catalogue.municipality(state.municipality), now.date()),
    )
    metadata = because_of(recorded, PROOF_INSPECTION)
    await parts.office.carry_out(APPLICATION, Order(recorded.stream_id, command, metadata))


INSPECTION = Reaction(PROOF_INSPECTION, {ProofUploaded: inspect})
