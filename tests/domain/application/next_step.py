"""What brings an application forward, or opens it again."""

from dataclasses import replace
from uuid import UUID

from domain.application import commands as c
from domain.application.state import Application, ProofState, Status
from domain.rules import Fulfilment
from tests.domain.application import asked
from tests.domain.application.facts import CLERK


def next_step(application: Application) -> c.ApplicationCommand:
    match application.status:
        case Status.SUBMITTED:
            return _complete(application)
        case Status.RECEIVED:
            return _review(application)
        case Status.APPROVED:
            return _fulfil(application)
        case Status.READY_FOR_PICKUP:
            return _pay(application) if application.fee_due else asked.hand_out
        case _:
            return asked.reopen()


def _complete(application: Application) -> c.ApplicationCommand:
    if application.fee_due:
        return _pay(application)
    for proof_id, proof in application.proofs.items():
        if proof.state is ProofState.QUARANTINED:
            return replace(asked.find_clean, proof_id=proof_id)
    return replace(asked.upload, proof_id=UUID(int=100 + len(application.proofs)))


def _review(application: Application) -> c.ApplicationCommand:
    if application.claimed_by is None:
        return asked.claim
    if application.fee_due:
        return _pay(application)
    if application.open_correction is not None:
        return replace(asked.answer(), correction_id=application.open_correction)
    return replace(asked.approve, clerk=application.claimed_by)


def _fulfil(application: Application) -> c.ApplicationCommand:
    if application.fee_due:
        return _pay(application)
    by_mail = application.fulfilment is Fulfilment.MAIL
    return replace(
        asked.dispatch if by_mail else asked.mark_ready, clerk=application.claimed_by or CLERK
    )


def _pay(application: Application) -> c.RecordPayment:
    payment_id = UUID(int=200 + len(application.money_seen))
    return replace(asked.pay(application.rules), payment_id=payment_id)
