"""What a clerk of the treasury records about money: one short operation a command."""

from uuid import UUID

from fastapi import APIRouter

from api.bodies import AssignmentBody, BookingBody, MoneyCorrectionBody
from api.desk import Clerk, DeskOf
from api.views import CommandAnswer
from domain.application import commands as c
from domain.application.money import why_unmatched
from domain.errors import MoneyDoesNotFit

router = APIRouter(
    prefix="/api/v1/applications/{application_id}/payments/{payment_id}", tags=["treasury"]
)


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
