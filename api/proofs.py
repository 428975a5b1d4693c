"""Uploading a proof, and handing it to those who may see it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import structlog
from fastapi import APIRouter, Header, Path, Response, status

from adapters.event_store.office import Order
from adapters.ids import derived_id
from adapters.proofs.files import Content, receive
from api.access import require_access
from api.desk import Applicant, Case, Desk, DeskOf, Insider
from api.envelope import metadata
from api.refusals import NotFound
from api.views import CommandAnswer
from domain.application.commands import UploadProof
from domain.application.decisions import APPLICATION
from domain.application.events import ProofRefused, ProofUploaded
from domain.application.state import ProofState
from domain.errors import Refused

router = APIRouter(prefix="/api/v1/applications/{application_id}/proofs", tags=["proofs"])
log = structlog.get_logger()

Kind = Annotated[str, Path(pattern="^[a-z0-9-]{1,64}$")]
FileName = Annotated[str, Header(max_length=255, description="The file's own name, as a label.")]
MEDIA_TYPES = ("application/pdf", "image/jpeg", "image/png")
A_FILE = {
    "requestBody": {
        "required": True,
        "content": {m: {"schema": {"type": "string", "format": "binary"}} for m in MEDIA_TYPES},
    }
}


@router.post("/{kind}", status_code=status.HTTP_201_CREATED, openapi_extra=A_FILE)
async def upload(
    application_id: UUID, kind: Kind, applicant: Applicant, desk: DeskOf, x_file_name: FileName = ""
) -> CommandAnswer:
    """Upload a PDF, JPEG or PNG of at most 10 MB as the body; it is looked into before use."""
    await desk.applicants_case(applicant, application_id)
    content = await receive(desk.request.stream())
    case = await desk.case(applicant, application_id)  # an upload takes time
    command = _upload(case, application_id, kind, content, x_file_name, desk.now)
    order = Order(
        stream_id=application_id,
        command=command,
        metadata=metadata(desk.parts.keys, desk.request, applicant, key_needed=False),
        fingerprint=desk.fingerprint(content.sha256.encode()),
        guard=lambda state: require_access(applicant, state),
    )
    # A command that was carried out before gets its old answer; it needs neither rule nor file.
    if not await desk.parts.log.is_known(order.metadata.command_id):
        APPLICATION.decide(case.state, command)  # a refusal now, before anything is kept
        # The file first: an event must never name a file that is not there.
        await desk.parts.files.keep(command.file, content.body)
    try:
        return desk.answer(await desk.parts.office.carry_out(APPLICATION, order))
    except Refused:
        await _remove_unknown(desk, application_id, command)
        raise


async def _remove_unknown(desk: Desk, application_id: UUID, command: UploadProof) -> None:
    """Leave no file behind that no event names: its person may have been erased meanwhile."""
    state = APPLICATION.fold(await desk.parts.log.events(application_id))
    if state.erased or command.proof_id not in state.proofs:
        await desk.parts.files.remove(command.file)


def _upload(
    case: Case, at: UUID, kind: str, content: Content, label: str, now: datetime
) -> UploadProof:
    """The same content again is the same proof, unless a proof was refused in between."""
    tries = sum(isinstance(event, ProofRefused) for event in case.history)
    proof_id = derived_id(at, kind, content.sha256, tries)
    return UploadProof(
        proof_id=proof_id,
        kind=kind,
        sha256=content.sha256,
        media_type=content.media_type,
        size=len(content.body),
        file_name=label,
        file=f"{at}/{proof_id}",
        now=now,
    )


@router.get("/{proof_id}", response_class=Response)
async def download(
    application_id: UUID, proof_id: UUID, insider: Insider, desk: DeskOf
) -> Response:
    """Hand out a proof that was found clean; each download is logged."""
    case = await desk.case(insider, application_id)
    proof = case.state.proofs.get(proof_id)
    uploaded = next(
        (e for e in case.history if isinstance(e, ProofUploaded) and e.proof_id == proof_id), None
    )
    if proof is None or uploaded is None or proof.state is not ProofState.CLEAN:
        raise NotFound
    body = await desk.parts.files.read(uploaded.file)
    if body is None:
        raise NotFound
    log.info("proof_read", application_id=str(application_id), reader=insider.subject)
    extension = uploaded.media_type.rpartition("/")[2]
    return Response(
        body,
        media_type=uploaded.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{uploaded.kind}.{extension}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox",
            "Cache-Control": "no-store",
        },
    )
