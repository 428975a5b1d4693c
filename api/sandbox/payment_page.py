"""The hosted page where a citizen pays, cancels, or tries out what can go wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.background import BackgroundTask

from adapters.payments.methods import offered
from api.sandbox.transactions import Outcome, Payment, Transactions
from domain.working_days import legal_day

LATE = timedelta(seconds=20)
TOO_LITTLE = Decimal("0.01")
# What the buttons of the page do, beside paying with a method.
ENDINGS: Mapping[str, Outcome] = {
    "pay": Outcome("PAYED"),
    "cancel": Outcome("CANCELED"),
    "fail": Outcome("FAILED"),
    "pay-late": Outcome("CANCELED", paid_after=LATE),
    "pay-twice": Outcome("PAYED", times=2),
    "pay-too-little": Outcome("PAYED", missing=TOO_LITTLE),
}
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'",
}


async def form(request: Request) -> dict[str, str]:
    fields = parse_qs((await request.body()).decode("utf-8", "replace"))
    return {name: values[0] for name, values in fields.items()}


def nobody(_: Payment) -> None:
    """Tell nobody: callbacks are only a hint."""


@dataclass(frozen=True, slots=True)
class PaymentPage:
    """`tell` is called once something has happened to a payment."""

    transactions: Transactions
    clock: Callable[[], datetime]
    tell: Callable[[Payment], None] = nobody

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/pay")
        router.add_api_route(
            "/{transaction_id}", self.show, methods=["GET"], response_class=HTMLResponse
        )
        router.add_api_route(
            "/{transaction_id}", self.settle, methods=["POST"], response_class=RedirectResponse
        )
        return router

    def show(self, transaction_id: str) -> Response:
        payment = self.transactions.get(transaction_id)
        if payment is None:
            return page("unknown_payment.html.j2", 404)
        return page(
            "payment.html.j2",
            payment=payment,
            amount=german(payment.request["grosAmount"]),
            methods=offered(legal_day(self.clock())).values(),
        )

    def settle(
        self, transaction_id: str, fields: Annotated[dict[str, str], Depends(form)]
    ) -> Response:
        payment = self.transactions.get(transaction_id)
        if payment is None:
            return page("unknown_payment.html.j2", 404)
        now, method = self.clock(), fields.get("method")
        outcome = ENDINGS.get(fields.get("action", ""))
        if outcome is None or (outcome.brings_money and method not in offered(legal_day(now))):
            return page("unknown_choice.html.j2", 400, payment=payment)
        paid_with = method if outcome.brings_money else None
        self.transactions.settle(transaction_id, outcome, paid_with, now)
        telling = BackgroundTask(self.tell, payment)
        return RedirectResponse(payment.redirect_url, 303, background=telling)


def german(amount: Decimal) -> str:
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,")) + " €"


def page(template: str, status: int = 200, **values: object) -> HTMLResponse:
    pages = Environment(
        loader=PackageLoader("api.sandbox", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
    )
    return HTMLResponse(pages.get_template(template).render(**values), status, headers=HEADERS)
