"""What becomes of a proof: uploaded, found clean or not, accepted or refused by the clerk."""

from domain.application import correction
from domain.application.commands import (
    AcceptProof,
    Finding,
    RecordProofCheck,
    RefuseProof,
    RequestCorrection,
    UploadProof,
)
from domain.application.events import (
    ApplicationEvent,
    ProofAcceptedByClerk,
    ProofFoundClean,
    ProofRefused,
    ProofRefusedByClerk,
    ProofUploaded,
)
from domain.application.intake import hand_over_if_complete
from domain.application.review import require_in_hands, require_reason
from domain.application.state import ENDED, REFUSED, Application, Proof, ProofState, Status
from domain.errors import (
    AlreadyEnded,
    ProofNotAskedFor,
    ProofNotHandedOut,
    ProofsAreClosed,
    ProofUnknown,
    TooManyProofs,
)

MOST_PROOFS = 20


def upload(application: Application, command: UploadProof) -> list[ApplicationEvent]:
    if application.status in ENDED:
        raise AlreadyEnded
    if not _is_open(application, command.kind):
        raise ProofsAreClosed(*application.missing_proofs)
    if command.kind not in application.rules.required_proofs:
        raise ProofNotAskedFor(*application.rules.required_proofs)
    if _already_there(application, command):
        return []
    if len(application.proofs) >= MOST_PROOFS:
        raise TooManyProofs
    return [
        ProofUploaded(
            proof_id=command.proof_id,
            kind=command.kind,
            sha256=command.sha256,
            media_type=command.media_type,
            size=command.size,
            file_name=command.file_name,
            file=command.file,
            uploaded_at=command.now,
            clean_sha256=command.clean_sha256,
            clean_size=command.clean_size,
            digest=command.digest,
            clean_digest=command.clean_digest,
            municipality=application.municipality,
        )
    ]


def _is_open(application: Application, kind: str) -> bool:
    """What is missing can always be brought: nobody approves without it, whoever refused it."""
    if application.status is Status.SUBMITTED or application.open_correction is not None:
        return True
    return application.status is Status.RECEIVED and kind in application.missing_proofs


def _already_there(application: Application, command: UploadProof) -> bool:
    before = application.proofs.get(command.proof_id)
    if before is not None:
        return before.state is not ProofState.DESTROYED
    return bool(command.digest) and any(
        (proof.kind, proof.digest) == (command.kind, command.digest) and proof.state not in REFUSED
        for proof in application.proofs.values()
    )


def record_check(application: Application, command: RecordProofCheck) -> list[ApplicationEvent]:
    proof = application.proofs.get(command.proof_id)
    if proof is None:
        raise ProofUnknown
    if application.erased or proof.state is not ProofState.QUARANTINED:
        return []
    if command.finding is Finding.REFUSED:
        return [
            ProofRefused(
                proof_id=command.proof_id,
                reason=command.reason,
                checked_by=command.checked_by,
                checked_at=command.now,
            )
        ]
    clean = ProofFoundClean(
        proof_id=command.proof_id, checked_by=command.checked_by, checked_at=command.now
    )
    return hand_over_if_complete(application, [clean], command.now, command.calendar)


def accept(application: Application, command: AcceptProof) -> list[ApplicationEvent]:
    require_in_hands(application, command.clerk)
    if _judged(application, command).state is ProofState.ACCEPTED:
        return []
    return [
        ProofAcceptedByClerk(
            proof_id=command.proof_id, accepted_by=command.clerk, accepted_at=command.now
        )
    ]


def refuse(application: Application, command: RefuseProof) -> list[ApplicationEvent]:
    """The applicant is asked for another one, unless something is being asked already."""
    require_in_hands(application, command.clerk)
    if _judged(application, command).state is ProofState.TURNED_DOWN:
        return []
    require_reason(command.reason)
    refused = ProofRefusedByClerk(
        proof_id=command.proof_id,
        reason=command.reason,
        refused_by=command.clerk,
        refused_at=command.now,
    )
    if application.open_correction is not None:
        return [refused]
    asked = RequestCorrection(
        correction_id=command.correction_id,
        message=command.reason,
        clerk=command.clerk,
        now=command.now,
        calendar=command.calendar,
    )
    return [refused, *correction.request(application, asked)]


def _judged(application: Application, command: AcceptProof | RefuseProof) -> Proof:
    """Nobody can judge what nobody was shown."""
    proof = application.proofs.get(command.proof_id)
    if proof is None:
        raise ProofUnknown
    if proof.state in (ProofState.QUARANTINED, ProofState.REFUSED, ProofState.DESTROYED):
        raise ProofNotHandedOut
    return proof
