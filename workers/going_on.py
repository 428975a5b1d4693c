"""Lets an application that was forwarded go on in the other municipality, with its proofs.

Each application keeps a key of its own: the proofs are opened with the one and sealed with the
other. Twice is once, for stream and command ids follow from the event.
"""

from hashlib import sha256
from uuid import UUID

import structlog

from adapters.bootstrap import Parts
from adapters.catalogue.going_on import going_on
from adapters.event_store.office import Order
from adapters.event_store.recorded import Metadata, Recorded
from adapters.ids import derived_id, new_id
from adapters.personal_data.sealing import DataKey
from adapters.proofs.duplicates import content_digest
from adapters.proofs.errors import ProofFileDamaged, ProofFileMissing
from adapters.runner_names import GOING_ON
from domain.application.commands import UploadProof
from domain.application.decisions import APPLICATION
from domain.application.events import ApplicationForwarded, ProofUploaded
from domain.application.state import PROVEN, Application
from domain.errors import Refused
from workers.needing_files import NeedingFiles
from workers.react import Connection, because_of

log = structlog.get_logger()


async def go_on(parts: Parts, _: Connection, recorded: Recorded) -> None:
    event: ApplicationForwarded = recorded.event
    if event.goes_on_as is None or event.to_municipality is None:
        return  # an old one: its applicant was asked to apply anew
    history = await parts.log.history(recorded.stream_id, version=recorded.version)
    events = [one.event for one in history]
    state = APPLICATION.fold(events)
    to, when = event.to_municipality, event.forwarded_at
    command = going_on(parts.catalogue, recorded.stream_id, events, state, to, when)
    if command is None:
        return
    order = Order(event.goes_on_as, command, because_of(recorded, GOING_ON), begins=True)
    await parts.office.carry_out(APPLICATION, order)
    for proof in _proven(events, state):
        await _take_along(parts, recorded, event.goes_on_as, proof)


def _proven(events: list[object], state: Application) -> list[ProofUploaded]:
    uploads = [one for one in events if isinstance(one, ProofUploaded)]
    return [one for one in uploads if state.proofs[one.proof_id].state in PROVEN]


async def _take_along(parts: Parts, cause: Recorded, to: UUID, proof: ProofUploaded) -> None:
    """A proof that is not asked for there stays behind; so does one whose file is lost."""
    old, new = (await parts.log.load(cause.stream_id)).key, (await parts.log.load(to)).key
    if old is None or new is None:
        return  # somebody was erased meanwhile
    try:
        content = await parts.proofs.vault.open(old, proof)
    except (ProofFileMissing, ProofFileDamaged) as error:
        log.warning("proof_left_behind", error=type(error).__name__, application_id=str(to))
        return
    command = _upload(parts, cause, new, proof, content)
    state = APPLICATION.fold(await parts.log.events(to))
    try:
        if not APPLICATION.decide(state, command):
            return  # it is there already
    except Refused:
        return
    await parts.proofs.vault.keep(new, command.file, content)
    same = derived_id(GOING_ON, cause.event_id, proof.proof_id)
    metadata = because_of(cause, GOING_ON)
    envelope = Metadata(same, metadata.actor, metadata.correlation_id, metadata.causation_id)
    await parts.office.carry_out(APPLICATION, Order(to, command, envelope))
    await parts.proofs.vault.settle(to, command.file)


def _upload(
    parts: Parts, cause: Recorded, key: DataKey, proof: ProofUploaded, content: bytes
) -> UploadProof:
    """The id that the same file would get there, so that uploaded again it is the same proof."""
    at, town = key.stream_id, key.municipality
    digest = content_digest(parts.keys, town, proof.sha256)
    proof_id = derived_id(at, proof.kind, digest, 0)
    clean = sha256(content).hexdigest()
    return UploadProof(
        proof_id=proof_id,
        kind=proof.kind,
        sha256=proof.sha256,
        media_type=proof.media_type,
        size=proof.size,
        file_name=proof.file_name,
        file=f"{at}/{proof_id}.{new_id().hex}",
        now=cause.event.forwarded_at,
        clean_sha256=clean,
        clean_size=len(content),
        digest=digest,
        clean_digest=content_digest(parts.keys, town, clean),
    )


REACTION = NeedingFiles(GOING_ON, {ApplicationForwarded: go_on})
