"""What is remembered of proofs, by each event about them."""

from uuid import UUID

from domain.application import events as e
from domain.application.evolving_turns import asked_anew
from domain.application.state import Application, Proof, ProofState
from domain.copying import but


def uploaded(application: Application, event: e.ProofUploaded) -> Application:
    proof = Proof(event.kind, event.digest, event.file)
    return _with_proof(application, event.proof_id, proof)


def found_clean(application: Application, event: e.ProofFoundClean) -> Application:
    return _checked(application, event.proof_id, ProofState.CLEAN)


def refused(application: Application, event: e.ProofRefused) -> Application:
    checked = _checked(application, event.proof_id, ProofState.REFUSED)
    return asked_anew(checked, event.checked_at)


def accepted(application: Application, event: e.ProofAcceptedByClerk) -> Application:
    return _checked(application, event.proof_id, ProofState.ACCEPTED)


def turned_down(application: Application, event: e.ProofRefusedByClerk) -> Application:
    return _checked(application, event.proof_id, ProofState.TURNED_DOWN)


def destroyed(application: Application, event: e.ProofsDestroyed) -> Application:
    for proof_id in event.proof_ids:
        application = _checked(application, proof_id, ProofState.DESTROYED)
    return application


def _checked(application: Application, proof_id: UUID, found: ProofState) -> Application:
    proof = application.proofs.get(proof_id)
    if proof is None:
        return application
    return _with_proof(application, proof_id, but(proof, state=found))


def _with_proof(application: Application, proof_id: UUID, proof: Proof) -> Application:
    return but(application, proofs={**application.proofs, proof_id: proof})
