"""Paying the fee: the platform is asked, never the browser that comes back from it."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response, status
from pydantic import BaseModel

from adapters.payments.callbacks import believed
from adapters.payments.errors import (
    PaidAmountUnreadable,
    PaymentPlatformUnavailable,
    PaymentRefused,
)
from adapters.payments.fee import Fee
from adapters.payments.heeded import is_heeded, remember
from adapters.payments.methods import offered
from adapters.payments.paid_online import PaidOnline
from adapters.webhooks import secret_bytes
from api.bodies import CounterPaymentBody
from api.desk import Citizen, Clerk, Desk, DeskOf
from api.envelope import idempotency_key, metadata, own_id
from api.languages import Language
from api.pages.payment import is_wanted, no_such_payment, payment_page
from api.return_address import ReturnTo, in_query, is_of, require_own
from api.views import CommandAnswer
from domain.application.commands import TakeFeeAtCounter
from domain.application.state import Application
from domain.decider import HistoryOfSomethingElse
from domain.errors import NoFeeDue, PaymentUnknown
from domain.payment.state import Payment
from domain.payment.state import PaymentStatus as Attempt
from domain.service.definition import said
from domain.service.tariff import in_words
from domain.working_days import legal_day

router = APIRouter(prefix="/api/v1", tags=["payments"])
HTML = "text/html"


class PaymentView(BaseModel):
    """Send the applicant to `redirect_url`; the outcome is asked of the platform.

    `methods`: what can be chosen there today.
    """

    payment_id: UUID
    status: str
    cents: int
    currency: str
    redirect_url: str | None
    methods: list[str]


@router.post("/applications/{application_id}/payments", status_code=status.HTTP_201_CREATED)
async def begin(
    application_id: UUID, citizen: Citizen, desk: DeskOf, return_to: ReturnTo = None
) -> PaymentView:
    """Begin to pay, or go on with an attempt that is open. Needs `Idempotency-Key`."""
    stamped = metadata(desk.parts.keys, desk.request, citizen, key_needed=True)
    application = (await desk.payers_case(citizen, application_id)).state
    require_own(_portal(desk, application.municipality), return_to)
    before = await desk.parts.checkout.begun_before(application_id, stamped)
    # One that was cut off before the platform was asked goes on; it could not be paid otherwise.
    if before and before[1].status is not Attempt.REQUESTED:
        return _view(*before, desk.now)
    if not application.fee_due:
        raise NoFeeDue
    fee = replace(_fee(desk, application_id, application), back=in_query(return_to))
    return _view(*await desk.parts.checkout.begin(fee, stamped, desk.now), desk.now)


def _fee(desk: Desk, application_id: UUID, application: Application) -> Fee:
    rules = application.rules
    definition = desk.parts.catalogue.definition(rules.service, rules.version)
    return Fee(
        application_id=application_id,
        municipality=application.municipality,
        service=said(definition.title, "de"),
        cents=rules.fee.cents,
        items=in_words(definition.tariff, rules.fee.items),
        money_seen=application.money_seen,
    )


@router.post("/applications/{application_id}/counter-payments")
async def take_at_counter(
    application_id: UUID, body: CounterPaymentBody, clerk: Clerk, desk: DeskOf
) -> CommandAnswer:
    """Take the fee at the counter, unless it was paid online. Needs `Idempotency-Key`."""
    key = idempotency_key(desk.request, needed=True)
    case = await desk.case(clerk, application_id)
    payment_id = own_id(desk.parts.keys, application_id, clerk.subject, key)
    if case.state.fee_due:
        online = PaidOnline(desk.parts.checkout, desk.now)
        await online.require_not(
            application_id, case.state, although_unanswered=body.although_unanswered
        )
    return await desk.carry_out(
        clerk,
        application_id,
        TakeFeeAtCounter(
            payment_id=payment_id,
            method=body.method,
            receipt=body.receipt,
            now=desk.now,
            calendar=case.calendar,
        ),
    )


@router.get(
    "/payments/{payment_id}/return",
    response_model=PaymentView,
    responses={200: {"content": {HTML: {"schema": {"type": "string"}}}}},
)
async def come_back(
    payment_id: UUID,
    language: Language,
    desk: DeskOf,
    response: Response,
    return_to: ReturnTo = None,
) -> PaymentView | Response:
    """Where the platform sends the browser: the address carries no result, so we ask for it.

    A browser (`Accept: text/html`) is shown a page, with a link to the town's portal. The platform
    is asked every two seconds at most; in between, the answer is what is known.
    """
    if is_wanted(desk.request):
        return await _page(payment_id, language, desk, return_to)
    response.headers.update({"Cache-Control": "no-store", "Vary": "Accept"})
    return _view(payment_id, await desk.parts.checkout.visit(payment_id, desk.now), desk.now)


async def _page(payment_id: UUID, language: str, desk: Desk, return_to: str | None) -> Response:
    checkout, known = desk.parts.checkout, True
    try:
        payment = await checkout.visit(payment_id, desk.now)
    except (PaymentUnknown, HistoryOfSomethingElse):
        return no_such_payment(desk.request, language)
    except (PaidAmountUnreadable, PaymentPlatformUnavailable, PaymentRefused):
        payment, known = await checkout.find(payment_id), False
    portal = _portal(desk, payment.municipality)
    if return_to is not None and is_of(portal, return_to):  # the address may come from anybody
        portal = return_to
    return payment_page(desk.request, language, payment, portal, known=known)


@router.post("/payments/callbacks", status_code=status.HTTP_204_NO_CONTENT)
async def heed(desk: DeskOf) -> None:
    """For the platform: something has happened to a payment, so it is asked for at once.

    Signed as Standard Webhooks say. Whatever else it tells is not looked at.
    """
    secrets = map(secret_bytes, desk.parts.settings.payment_callback_secrets)
    body = await desk.request.body()
    callback = believed(secrets, desk.request.headers, body, desk.now)
    if await is_heeded(desk.parts.pool, callback):
        return
    with suppress(PaymentUnknown, HistoryOfSomethingElse):
        await desk.parts.checkout.settle(callback.payment_id, desk.now)
    await remember(desk.parts.pool, callback)


def _portal(desk: Desk, ags: str) -> str | None:
    town = desk.parts.catalogue.by_ags.get(ags)
    return town.portal_url if town else None


def _view(payment_id: UUID, payment: Payment, now: datetime) -> PaymentView:
    return PaymentView(
        payment_id=payment_id,
        status=payment.status,
        cents=payment.cents,
        currency=payment.currency,
        redirect_url=payment.redirect_url if payment.status is Attempt.OPEN else None,
        methods=[method.label for method in offered(legal_day(now)).values()],
    )
