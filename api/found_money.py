"""What a clerk makes of money that only the treasury knew: one short operation a command."""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from adapters.identity.actor import Actor
from api.bodies import AssignmentBody, BookingBody, DismissalBody, FoundCorrectionBody
from api.desk import Clerk, Desk, DeskOf
from api.refusals import NotFound
from domain.application.money import why_unmatched
from domain.errors import MoneyDoesNotFit
from domain.payment import commands as c
from domain.payment.decisions import PAYMENT
from domain.payment.state import Account, Payment

router = APIRouter(prefix="/api/v1/treasury/found/{found_id}", tags=["treasury"])


class FoundAnswer(BaseModel):
    """`application_id`: whose it is by now. `position`: see `after`."""

    payment_id: UUID
    version: int
    position: int
    status: str
    account: str
    application_id: UUID | None


@router.post("/refund")
async def refund(found_id: UUID, body: BookingBody, clerk: Clerk, desk: DeskOf) -> FoundAnswer:
    """Found money was paid back to whom it came from, under this reference."""
    return await _gone(desk, clerk, found_id, Account.REFUNDED, body)


@router.post("/chargeback")
async def charge_back(found_id: UUID, body: BookingBody, clerk: Clerk, desk: DeskOf) -> FoundAnswer:
    """The payer's bank took found money back."""
    return await _gone(desk, clerk, found_id, Account.CHARGED_BACK, body)


@router.post("/assignment")
async def assign(found_id: UUID, body: AssignmentBody, clerk: Clerk, desk: DeskOf) -> FoundAnswer:
    """Found money was meant for this application, whose fee is due."""
    payment = await _of_town(desk, clerk, found_id)
    if payment.application_id != body.application_id:
        target = (await desk.case(clerk, body.application_id)).state
        if why_unmatched(target, payment.received, payment.currency):
            raise MoneyDoesNotFit
    command = c.AssignFound(to=body.application_id, clerk=clerk.subject, now=desk.now)
    return await _carry_out(desk, clerk, found_id, command)


@router.post("/dismissal")
async def dismiss(found_id: UUID, body: DismissalBody, clerk: Clerk, desk: DeskOf) -> FoundAnswer:
    """There is no such money here: the treasury's entry was a mistake, or is explained by now."""
    command = c.DismissFound(ground=body.ground, clerk=clerk.subject, now=desk.now)
    return await _carry_out(desk, clerk, found_id, command)


@router.post("/correction")
async def correct(
    found_id: UUID, body: FoundCorrectionBody, clerk: Clerk, desk: DeskOf
) -> FoundAnswer:
    """Found money is here after all: take back what says that it has gone, or never was."""
    command = c.CorrectFound(ground=body.ground, clerk=clerk.subject, now=desk.now)
    return await _carry_out(desk, clerk, found_id, command)


async def _gone(
    desk: Desk, clerk: Actor, found_id: UUID, how: Account, body: BookingBody
) -> FoundAnswer:
    command = c.RecordFoundGone(
        how=how, reference=body.reference, clerk=clerk.subject, now=desk.now
    )
    return await _carry_out(desk, clerk, found_id, command)


async def _of_town(desk: Desk, clerk: Actor, found_id: UUID) -> Payment:
    """Raise NotFound unless the clerk may touch it, and the application that it is, or lies, by."""
    payment = PAYMENT.fold(await desk.parts.log.events(found_id))
    _guarded(clerk)(payment)
    near = payment.application_id or payment.beside
    if near is not None:
        await desk.case(clerk, near)
    return payment


def _guarded(clerk: Actor) -> Callable[[Payment], None]:
    def guard(payment: Payment) -> None:
        if not payment.found or payment.municipality != clerk.municipality:
            raise NotFound

    return guard


async def _carry_out(
    desk: Desk, clerk: Actor, found_id: UUID, command: c.FoundCommand
) -> FoundAnswer:
    await _of_town(desk, clerk, found_id)
    order = await desk.order(clerk, found_id, command, _guarded(clerk))
    done = await desk.parts.office.carry_out(PAYMENT, order)
    desk.mark(done)
    return FoundAnswer(
        payment_id=found_id,
        version=done.appended.version,
        position=done.appended.position,
        status=done.state.status,
        account=done.state.account,
        application_id=done.state.application_id,
    )
