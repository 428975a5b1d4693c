"""Has every proof that was uploaded scanned for viruses; until then it stays in quarantine.

What it was cleaned of was dropped before it was kept. Without an answer of the scanner nothing
moves on, and it is asked again and again. What it gives no verdict on, while it works, is refused,
so that others need not wait for it; so is what brings it down time and again. A file that the file
store does not give is waited for, and set aside after a quarter of an hour.
"""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

import structlog

from adapters.bootstrap import Parts
from adapters.catalogue.calendar import working_calendar
from adapters.event_store.office import Order
from adapters.event_store.recorded import Recorded
from adapters.personal_data.sealing import DataKey
from adapters.postgres.connecting import connect
from adapters.proofs.confined import CLEANED_BY
from adapters.proofs.scanner import OFF, NoVerdict, Scanner, ScannerNotNamed, ScannerUnavailable
from adapters.read_models.positions import begin
from adapters.runner_names import PROOF_INSPECTION
from adapters.settings import Settings
from domain.application.commands import Finding, RecordProofCheck
from domain.application.decisions import APPLICATION
from domain.application.events import ProofUploaded
from domain.application.state import Application, ProofState
from workers.needing_files import NeedingFiles
from workers.react import BATCH, Connection, because_of
from workers.supervision import Runner, Tools
from workers.take_up import TakingUp

WAITING = "waiting"
PAUSE_SECONDS = 2.0
MOST_CRASHES = 3
UPLOAD_AGAIN, NO_VERDICT = "upload-again", "no-verdict"
log = structlog.get_logger()


async def inspect(
    parts: Parts, _: Connection, recorded: Recorded, crashes: Counter[UUID] | None = None
) -> None:
    """`crashes`: how often the scanner broke off at a proof, and worked before and afterwards."""
    loaded = await parts.log.load(recorded.stream_id)
    # With what is personal in it, as long as there is a key: the hashes of the file are.
    event: ProofUploaded = loaded.events[recorded.version - 1]
    state = APPLICATION.fold(loaded.events)
    proof = state.proofs[event.proof_id]
    if state.erased or loaded.key is None:
        return
    if proof.state is ProofState.QUARANTINED:  # what has ended is looked into once
        counted = Counter() if crashes is None else crashes
        reason, looked_at_by = await _look_into(parts, loaded.key, event, counted)
        command = _found(parts, state, event, reason, looked_at_by)
        metadata = because_of(recorded, PROOF_INSPECTION)
        await parts.office.carry_out(APPLICATION, Order(recorded.stream_id, command, metadata))
        state = APPLICATION.fold(await parts.log.events(recorded.stream_id))
    # Also where an earlier attempt refused it and came no further: nobody will ever be handed it.
    if state.proofs[event.proof_id].state is ProofState.REFUSED:
        await parts.proofs.vault.files.remove(event.file)


async def _look_into(
    parts: Parts, key: DataKey, event: ProofUploaded, crashes: Counter[UUID]
) -> tuple[str, str]:
    """Return why it is refused, if it is, and who looked."""
    if not event.clean_sha256:
        return UPLOAD_AGAIN, CLEANED_BY  # from before files were cleaned
    body = await parts.proofs.vault.open(key, event)
    if parts.proofs.scanner is None:
        return "", f"{CLEANED_BY}, {OFF}"
    reason = await _scanned(parts.proofs.scanner, body, event.proof_id, crashes)
    return reason, f"{CLEANED_BY}, {await parts.proofs.scanner.version()}"


async def _scanned(scanner: Scanner, body: bytes, proof_id: UUID, crashes: Counter[UUID]) -> str:
    """A crash counts again only where the scanner took a harmless file just before."""
    if crashes[proof_id] >= MOST_CRASHES:
        log.warning("proof_without_verdict", proof_id=str(proof_id), error="the scanner crashes")
        return NO_VERDICT
    if crashes[proof_id]:
        await scanner.require_works()
    try:
        virus = await scanner.virus_in(body)
    except NoVerdict as error:
        log.warning("proof_without_verdict", proof_id=str(proof_id), error=str(error))
        return NO_VERDICT
    except ScannerUnavailable:
        crashes[proof_id] += 1
        raise
    return f"virus: {virus}" if virus else ""


def _found(
    parts: Parts, state: Application, event: ProofUploaded, reason: str, looked_at_by: str
) -> RecordProofCheck:
    now = datetime.now(UTC)
    return RecordProofCheck(
        proof_id=event.proof_id,
        finding=Finding.REFUSED if reason else Finding.CLEAN,
        reason=reason,
        checked_by=looked_at_by,
        now=now,
        calendar=working_calendar(parts.catalogue.municipality(state.municipality), now.date()),
    )


async def run(tools: Tools) -> None:
    """A scanner that is down is waited for without end: it is the fault of no file."""
    if tools.parts.proofs.scanner is None:
        log.warning("virus_scanner_off")
    trusted, taking_up = "", TakingUp(PROOF_INSPECTION)
    look = partial(inspect, crashes=Counter())
    inspection = NeedingFiles(PROOF_INSPECTION, {ProofUploaded: look})
    async with await connect(tools.parts.url) as connection:
        await begin(connection, PROOF_INSPECTION)
        while True:
            ticket = tools.wake.ticket()
            try:
                trusted = await _who_scans(tools.parts, trusted)
                await tools.pulse.beat(detail=trusted)
                if await inspection.turn(tools, connection, taking_up) < BATCH:
                    await tools.wake.gather(ticket)
            except ScannerUnavailable as error:
                trusted = ""  # it may come back as another one
                log.warning("proofs_wait", error=type(error).__name__, advice=str(error))
                await tools.pulse.beat(WAITING, type(error).__name__)
                await asyncio.sleep(PAUSE_SECONDS)


async def _who_scans(parts: Parts, trusted: str) -> str:
    """Raise ScannerUnavailable, or ScannerLetsThrough: one that is not known yet is tried out."""
    if parts.proofs.scanner is None:
        return OFF
    version = await parts.proofs.scanner.version()
    if version != trusted:
        await parts.proofs.scanner.require_says_what_it_skips()
    return version


def require_scanner(settings: Settings, _url: str) -> None:
    """Raise ScannerNotNamed where nobody decided. On one machine, to try it out, none is needed."""
    if settings.clamd is None and settings.database_url is not None:
        raise ScannerNotNamed


RUNNER = Runner(PROOF_INSPECTION, run, require_scanner)
