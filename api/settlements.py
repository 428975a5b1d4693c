"""What a clerk of the treasury records about money: one short operation a command."""

from datetime import UTC, datetime, time
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from api.bodies import (
    AssignmentBody,
    BookingBody,
    CameInBody,
    ClarificationBody,
    MoneyCorrectionBody,
)
from api.desk import Clerk, DeskOf
from api.refusals import NotFound
from api.views import CommandAnswer
from domain.application import commands as c
from domain.application.money import why_unmatched
from domain.errors import MoneyDoesNotFit
from domain.payment import commands as c_pay
from domain.payment.decisions import PAYMENT
from domain.payment.state import Payment
from domain.processes.payment import BY_TREASURY

router = APIRouter(
    prefix="/api/v1/applications/{application_id}/payments/{payment_id}", tags=["treasury"]
)


class ClarifiedAnswer(BaseModel):
    """What is known of the payment now; its application learns of it a moment later."""

    payment_id: UUID
    version: int
    position: int
    status: str
    received: int


@router.post("/refund")
async def refund(
    application_id: UUID, payment_id: UUID, body: BookingBody, clerk: Clerk, desk: DeskOf
) -> CommandAnswer:
    """The money was paid back, under this reference; the whole of it."""
    return await desk.carry_out(
        clerk,
        application_id,
        c.RecordRefund(
            payment_id=payment_id, reference=body.reference, clerk=clerk.subject, now=desk.now
        ),
    )


@router.post("/chargeback")
async def charge_back(
    application_id: UUID, payment_id: UUID, body: BookingBody, clerk: Clerk, desk: DeskOf
) -> CommandAnswer:
    """The payer's bank took the money back; where it was the fee, that is owed again."""
    return await desk.carry_out(
        clerk,
        application_id,
        c.RecordChargeback(
            payment_id=payment_id, reference=body.reference, clerk=clerk.subject, now=desk.now
        ),
    )


@router.post("/assignment")
async def assign(
    application_id: UUID, payment_id: UUID, body: AssignmentBody, clerk: Clerk, desk: DeskOf
) -> CommandAnswer:
    """Unmatched money was meant for an application whose fee is due, of this town."""
    case = await desk.case(clerk, application_id)
    to = body.application_id if body.application_id != application_id else None
    money = case.state.money.get(payment_id)
    if to is not None and money is not None and money.assigned_to != to:
        target = (await desk.case(clerk, to)).state
        if why_unmatched(target, money.cents, money.currency):
            raise MoneyDoesNotFit
    return await desk.carry_out(
        clerk,
        application_id,
        c.AssignMoney(
            payment_id=payment_id,
            to=to,
            clerk=clerk.subject,
            now=desk.now,
            calendar=case.calendar,
        ),
    )


@router.post("/clarification")
async def clarify(
    application_id: UUID, payment_id: UUID, body: ClarificationBody, clerk: Clerk, desk: DeskOf
) -> ClarifiedAnswer:
    """What came in, where the platform does not tell, or not readably; or that nothing came."""
    await desk.case(clerk, application_id)

    def guard(payment: Payment) -> None:
        if payment.application_id != application_id:
            raise NotFound

    command = c_pay.Clarify(money=_came_in(body.money, desk.now), now=desk.now)
    order = await desk.order(clerk, payment_id, command, guard)
    done = await desk.parts.office.carry_out(PAYMENT, order)
    desk.mark(done)
    return ClarifiedAnswer(
        payment_id=payment_id,
        version=done.appended.version,
        position=done.appended.position,
        status=done.state.status,
        received=done.state.received,
    )


def _came_in(money: CameInBody | None, now: datetime) -> c_pay.RecordSuccess | None:
    if money is None:
        return None
    return c_pay.RecordSuccess(
        cents=money.cents,
        currency=money.currency,
        method=BY_TREASURY,
        reference=money.reference,
        paid_at=datetime.combine(money.booked_on, time(12), UTC),
        now=now,
    )


@router.post("/correction")
async def correct(
    application_id: UUID, payment_id: UUID, body: MoneyCorrectionBody, clerk: Clerk, desk: DeskOf
) -> CommandAnswer:
    """The money is here after all: take the entry back that says it has gone."""
    case = await desk.case(clerk, application_id)
    return await desk.carry_out(
        clerk,
        application_id,
        c.CorrectMoney(
            payment_id=payment_id,
            ground=body.ground,
            clerk=clerk.subject,
            now=desk.now,
            calendar=case.calendar,
        ),
    )
