"""Paying the fee: the platform is asked, never the browser that comes back from it."""

from uuid import UUID

from fastapi import APIRouter, Response, status
from pydantic import BaseModel

from adapters.payments.checkout import Fee
from api.desk import Citizen, DeskOf
from api.envelope import metadata
from domain.errors import NoFeeDue
from domain.payment.state import Payment
from domain.payment.state import PaymentStatus as Attempt

router = APIRouter(prefix="/api/v1", tags=["payments"])


class PaymentView(BaseModel):
    """Send the applicant to `redirect_url`; the outcome is asked of the platform."""

    payment_id: UUID
    status: str
    cents: int
    currency: str
    redirect_url: str | None


@router.post("/applications/{application_id}/payments", status_code=status.HTTP_201_CREATED)
async def begin(application_id: UUID, citizen: Citizen, desk: DeskOf) -> PaymentView:
    """Begin to pay, or go on with an attempt that is open. Needs `Idempotency-Key`."""
    stamped = metadata(desk.request, citizen, key_needed=True)
    application = (await desk.case(citizen, application_id)).state
    if not application.fee_due:
        raise NoFeeDue
    fee = Fee(
        application_id=application_id,
        municipality=application.municipality,
        service=application.rules.service,
        cents=application.rules.fee.cents,
    )
    return _view(*await desk.parts.checkout.begin(fee, stamped, desk.now))


@router.get("/payments/{payment_id}/return")
async def come_back(payment_id: UUID, desk: DeskOf, response: Response) -> PaymentView:
    """Where the platform sends the browser: the address carries no result, so we ask for it."""
    response.headers["Cache-Control"] = "no-store"
    return _view(payment_id, await desk.parts.checkout.settle(payment_id, desk.now))


def _view(payment_id: UUID, payment: Payment) -> PaymentView:
    return PaymentView(
        payment_id=payment_id,
        status=payment.status,
        cents=payment.cents,
        currency=payment.currency,
        redirect_url=payment.redirect_url if payment.status is Attempt.OPEN else None,
    )
