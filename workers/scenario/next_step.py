"""What is asked next about an application: what the rules let happen, as its fate has it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.event_store.recorded import ActorStamp
from adapters.ids import derived_id, new_id
from domain.application import commands as c
from domain.application.state import ProofState, Status
from domain.rules import Fulfilment
from workers.scenario.life import Life
from workers.scenario.visits import Fate

INSPECTOR = "proof-inspection"


@dataclass(frozen=True, slots=True)
class Step:
    """`by`: who asks."""

    at: datetime
    command: Any
    by: ActorStamp


def next_step(life: Life) -> Step | None:
    """Return nothing where it has ended, or waits for somebody who never comes."""
    status = life.state.status
    if life.fate is Fate.WITHDRAWN and status in (Status.SUBMITTED, Status.RECEIVED):
        at = life.later(1)
        return Step(at, c.WithdrawApplication(now=at, reason="Nicht mehr nötig."), life.person)
    step = STEPS.get(status)
    return step(life) if step else None


def _complete(life: Life) -> Step | None:
    for proof_id, proof in life.state.proofs.items():
        if proof.state is ProofState.QUARANTINED:
            at = life.soon(1, 2)
            checked = c.RecordProofCheck(
                proof_id=proof_id, finding=c.Finding.CLEAN, checked_by=INSPECTOR, now=at,
                calendar=life.calendar,
            )  # fmt: skip
            return Step(at, checked, ActorStamp(INSPECTOR, "system"))
    for kind in life.state.missing_proofs:
        return _prove(life, kind)
    return _pay(life)


def _prove(life: Life, kind: str) -> Step:
    at, proof_id = life.soon(2, 20), derived_id(life.stream_id, kind)
    upload = c.UploadProof(
        proof_id=proof_id, kind=kind, sha256=proof_id.hex * 2, media_type="application/pdf",
        size=40_000, file_name="nachweis.pdf", file=f"played/{proof_id}", now=at,
    )  # fmt: skip
    return Step(at, upload, life.person)


def _pay(life: Life) -> Step | None:
    if life.fate is Fate.LEFT_UNPAID:
        return None
    if life.pays_online:
        at = life.soon(3, 30) if life.state.status is Status.SUBMITTED else life.later(2)
        paid = c.RecordPayment(
            payment_id=new_id(), cents=life.state.rules.fee.cents, method="PAYPAL",
            reference=f"S-{life.visit.number}", paid_at=at, now=at, calendar=life.calendar,
        )  # fmt: skip
        return Step(at, paid, life.person)
    at = life.in_office(2)
    taken = c.TakeFeeAtCounter(
        payment_id=new_id(), method="card", receipt=f"S-{life.visit.number}", now=at,
        calendar=life.calendar,
    )  # fmt: skip
    return Step(at, taken, life.office)


def _review(life: Life) -> Step:
    correction = life.state.open_correction
    if correction is not None:
        at = life.later(life.chance.randint(1, 5))
        answer = c.AnswerCorrection(
            correction_id=correction, message="Hier.", now=at, calendar=life.calendar
        )
        return Step(at, answer, life.person)
    if life.state.claimed_by is None:
        at = life.in_office(life.chance.randint(1, 3))
        return Step(at, c.ClaimApplication(clerk=life.clerk, now=at), life.office)
    return _decide(life)


def _decide(life: Life) -> Step:
    at = life.soon(5, 90)
    if life.fate is Fate.CORRECTED and not life.corrected:
        life.corrected = True
        question = c.RequestCorrection(
            correction_id=new_id(), message="Bitte prüfen Sie Ihre Angaben.", clerk=life.clerk,
            now=at, calendar=life.calendar,
        )  # fmt: skip
        return Step(at, question, life.office)
    if life.fate is Fate.REJECTED:
        no = c.RejectApplication(reason="Nicht erfüllt.", clerk=life.clerk, now=at)
        return Step(at, no, life.office)
    return Step(at, c.ApproveApplication(clerk=life.clerk, now=at), life.office)


def _fulfil(life: Life) -> Step | None:
    if life.state.fee_owed:
        return _pay(life)
    at = life.in_office(1)
    if life.state.fulfilment is Fulfilment.PICKUP:
        return Step(at, c.MarkReadyForPickup(clerk=life.clerk, now=at), life.office)
    return Step(at, c.DispatchResult(clerk=life.clerk, now=at), life.office)


def _hand_out(life: Life) -> Step:
    at = life.in_office(life.chance.randint(1, 6))
    return Step(at, c.HandOut(clerk=life.clerk, now=at), life.office)


STEPS: Mapping[Status, Callable[[Life], Step | None]] = {
    Status.SUBMITTED: _complete,
    Status.RECEIVED: _review,
    Status.APPROVED: _fulfil,
    Status.READY_FOR_PICKUP: _hand_out,
}
