"""Uploading a proof, judging it, and handing it to those who may see it."""

from dataclasses import replace
from hashlib import sha256
from typing import Annotated
from uuid import UUID

import structlog
from fastapi import APIRouter, Header, Path, Response, status

from adapters.event_store.errors import CommandIdReused
from adapters.event_store.office import Order
from adapters.identity.actor import Role
from adapters.ids import derived_id, new_id
from adapters.personal_data.sealing import DataKey
from adapters.proofs.duplicates import content_digest
from adapters.proofs.errors import ProofNotCheckedYet, ProofWasDestroyed, ProofWasRefused
from adapters.proofs.receiving import Content, receive
from api.access import require_access
from api.bodies import ReasonBody
from api.desk import Applicant, Case, Clerk, Desk, DeskOf, Insider
from api.envelope import idempotency_key, metadata, own_id, trace_id
from api.refusals import NotFound
from api.views import CommandAnswer
from domain.application.commands import AcceptProof, RefuseProof, UploadProof
from domain.application.decisions import APPLICATION
from domain.application.events import ProofRefused, ProofRefusedByClerk, ProofUploaded
from domain.application.state import ProofState
from domain.errors import Refused

router = APIRouter(prefix="/api/v1/applications/{application_id}/proofs", tags=["proofs"])
log = structlog.get_logger()

Kind = Annotated[str, Path(pattern="^[a-z0-9-]{1,64}$")]
FileName = Annotated[str, Header(max_length=255, description="The file's own name, as a label.")]
Length = Annotated[int | None, Header(ge=0, include_in_schema=False)]
MEDIA_TYPES = ("application/pdf", "image/jpeg", "image/png")
A_DOWNLOAD = {
    "Content-Disposition": "attachment",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
A_FILE = {
    "requestBody": {
        "required": True,
        "content": {m: {"schema": {"type": "string", "format": "binary"}} for m in MEDIA_TYPES},
    }
}


@router.post("/{kind}", status_code=status.HTTP_201_CREATED, openapi_extra=A_FILE)
async def upload(
    application_id: UUID,
    kind: Kind,
    applicant: Applicant,
    desk: DeskOf,
    x_file_name: FileName = "",
    content_length: Length = None,
) -> CommandAnswer:
    """Upload a PDF, JPEG or PNG of at most 10 MB as the body; a cleaned copy of it is kept."""
    await desk.applicants_case(applicant, application_id)
    with desk.parts.proofs.uploads.place(applicant.subject):
        content = await receive(desk.request.stream(), content_length)
        case = await desk.case(applicant, application_id)  # an upload takes time
        order = Order(
            stream_id=application_id,
            command=_upload(desk, case, application_id, kind, content, x_file_name),
            metadata=metadata(desk.parts.keys, desk.request, applicant, key_needed=False),
            fingerprint=desk.fingerprint(content.sha256.encode()),
            guard=lambda state: require_access(applicant, state),
        )
        # A command that was carried out before gets its old answer, and needs no file for it.
        if await desk.parts.log.is_known(order.metadata.command_id):
            return desk.answer(await desk.parts.office.carry_out(APPLICATION, order))
        # A refusal now, before the file is looked into; and so is what is there already.
        if not APPLICATION.decide(case.state, order.command):
            return desk.answer(await desk.parts.office.carry_out(APPLICATION, order))
        return await _keep(desk, order, content)


def _upload(
    desk: Desk, case: Case, at: UUID, kind: str, content: Content, label: str
) -> UploadProof:
    """The same content again is the same proof, unless a proof was refused in between."""
    tries = sum(isinstance(one, ProofRefused | ProofRefusedByClerk) for one in case.history)
    digest = content_digest(desk.parts.keys, case.state.municipality, content.sha256)
    proof_id = derived_id(at, kind, digest, tries)
    return UploadProof(
        proof_id=proof_id,
        kind=kind,
        sha256=content.sha256,
        media_type=content.media_type,
        size=len(content.body),
        file_name=label,
        # Each attempt has a file of its own, so that none changes what another one recorded.
        file=f"{at}/{proof_id}.{new_id().hex}",
        now=desk.now,
        digest=digest,
    )


async def _keep(desk: Desk, order: Order, content: Content) -> CommandAnswer:
    """The file first: an event must never name one that is not there."""
    key = await _key(desk, order.stream_id)
    clean = (await desk.parts.proofs.uploads.clean(content)).body
    digest = sha256(clean).hexdigest()
    command: UploadProof = replace(
        order.command,
        clean_sha256=digest,
        clean_size=len(clean),
        clean_digest=content_digest(desk.parts.keys, key.municipality, digest),
    )
    await desk.parts.proofs.vault.keep(key, command.file, clean)
    try:
        done = await desk.parts.office.carry_out(APPLICATION, replace(order, command=command))
    except (Refused, NotFound, CommandIdReused):
        await desk.parts.proofs.vault.settle(order.stream_id, command.file)
        raise
    # Whatever else goes wrong, it may yet be recorded: that shows later on, see workers/.
    await desk.parts.proofs.vault.settle(order.stream_id, command.file)
    return desk.answer(done)


async def _key(desk: Desk, application_id: UUID) -> DataKey:
    key = (await desk.parts.log.load(application_id)).key
    if key is None:
        raise NotFound
    return key


@router.get("/{proof_id}", response_class=Response)
async def download(
    application_id: UUID, proof_id: UUID, insider: Insider, desk: DeskOf
) -> Response:
    """Hand out a proof that was found clean; each time it is noted who was handed it."""
    case = await desk.case(insider, application_id)
    uploaded = _handed_out(case, proof_id)
    body = await desk.parts.proofs.vault.open(await _key(desk, application_id), uploaded)
    await desk.parts.proofs.accesses.note(
        application_id, proof_id, case.state.municipality, insider, trace_id(desk.request)
    )
    if insider.role is not Role.CITIZEN:
        log.info("proof_read", application_id=str(application_id), reader=insider.subject)
    extension = uploaded.media_type.rpartition("/")[2]
    return Response(
        body,
        media_type=uploaded.media_type,
        headers={
            **A_DOWNLOAD,
            "Content-Disposition": f'attachment; filename="{uploaded.kind}.{extension}"',
        },
    )


def _handed_out(case: Case, proof_id: UUID) -> ProofUploaded:
    """Raise NotFound, ProofNotCheckedYet or ProofWasRefused."""
    uploads = (event for event in case.history if isinstance(event, ProofUploaded))
    uploaded = next((event for event in uploads if event.proof_id == proof_id), None)
    if uploaded is None or case.state.erased:
        raise NotFound
    found = case.state.proofs[proof_id].state
    if found is ProofState.QUARANTINED:
        raise ProofNotCheckedYet
    if found is ProofState.REFUSED:
        raise ProofWasRefused
    if found is ProofState.DESTROYED:
        raise ProofWasDestroyed
    return uploaded


@router.post("/{proof_id}/acceptance")
async def accept(application_id: UUID, proof_id: UUID, clerk: Clerk, desk: DeskOf) -> CommandAnswer:
    """Accept a proof: it shows what it has to show. Needs `If-Match`."""
    command = AcceptProof(proof_id=proof_id, clerk=clerk.subject, now=desk.now)
    return await desk.carry_out(clerk, application_id, command, if_match=True)


@router.post("/{proof_id}/refusal")
async def refuse(
    application_id: UUID, proof_id: UUID, body: ReasonBody, clerk: Clerk, desk: DeskOf
) -> CommandAnswer:
    """Refuse a proof with a reason; a correction asks for another one. Needs `If-Match`."""
    case = await desk.case(clerk, application_id)
    key = idempotency_key(desk.request, needed=False)
    # A retry names the same correction, so that it is recognised.
    own = own_id(desk.parts.keys, application_id, clerk.subject, key)
    command = RefuseProof(
        proof_id=proof_id,
        reason=body.reason,
        correction_id=own,
        clerk=clerk.subject,
        now=desk.now,
        calendar=case.calendar,
    )
    return await desk.carry_out(clerk, application_id, command, if_match=True)
