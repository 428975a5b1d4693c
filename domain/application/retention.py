"""How long what is personal is kept once an application has ended: the proofs, then the person."""

from datetime import date, timedelta

from domain.application.commands import DestroyProofs
from domain.application.events import ApplicationEvent, ProofsDestroyed
from domain.application.state import ENDED, UNSUCCESSFUL, Application, ProofState
from domain.errors import NotEndedYet, NothingIsDue
from domain.rules import months_later
from domain.working_days import legal_day


def proofs_kept_until(application: Application) -> date | None:
    """Return the last day; None where they are kept for as long as the person is."""
    days = application.rules.retention.proof_days
    if application.ended_at is None or days is None:
        return None
    return legal_day(application.ended_at) + timedelta(days=days)


def person_kept_until(application: Application) -> date | None:
    """Return the last day; None where somebody has to ask for it."""
    retention = application.rules.retention
    in_vain = application.status in UNSUCCESSFUL
    months = retention.unsuccessful_months if in_vain else retention.successful_months
    if application.ended_at is None or months is None:
        return None
    return months_later(legal_day(application.ended_at), months)


def destroy_proofs(application: Application, command: DestroyProofs) -> list[ApplicationEvent]:
    """The fact comes first; whoever reads it removes the files, as often as it takes."""
    if application.status not in ENDED:
        raise NotEndedYet
    until = proofs_kept_until(application)
    kept = {
        proof_id: proof.file
        for proof_id, proof in application.proofs.items()
        if proof.state is not ProofState.DESTROYED
    }
    if application.erased or not kept or until is None or legal_day(command.now) <= until:
        raise NothingIsDue
    return [
        ProofsDestroyed(
            proof_ids=tuple(kept),
            files=tuple(kept.values()),
            kept_until=until,
            destroyed_at=command.now,
        )
    ]
