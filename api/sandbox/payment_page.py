"""The hosted page where a citizen pays, cancels, or tries out what a failure looks like."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from api.sandbox.payment_methods import offered
from api.sandbox.transactions import Transactions

ENDINGS = {"pay": "PAYED", "cancel": "CANCELED", "fail": "FAILED"}
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'",
}


async def form(request: Request) -> dict[str, str]:
    fields = parse_qs((await request.body()).decode("utf-8", "replace"))
    return {name: values[0] for name, values in fields.items()}


@dataclass(frozen=True, slots=True)
class PaymentPage:
    transactions: Transactions
    clock: Callable[[], datetime]

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
            methods=offered(self.clock()).values(),
        )

    def settle(
        self, transaction_id: str, fields: Annotated[dict[str, str], Depends(form)]
    ) -> Response:
        payment = self.transactions.get(transaction_id)
        if payment is None:
            return page("unknown_payment.html.j2", 404)
        now, method = self.clock(), fields.get("method")
        status = ENDINGS.get(fields.get("action", ""))
        if status is None or (status == "PAYED" and method not in offered(now)):
            return page("unknown_choice.html.j2", 400, payment=payment)
        self.transactions.settle(transaction_id, status, method if status == "PAYED" else None, now)
        return RedirectResponse(payment.redirect_url, 303)


def german(amount: Decimal) -> str:
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,")) + " €"


def page(template: str, status: int = 200, **values: object) -> HTMLResponse:
    pages = Environment(
        loader=PackageLoader("api.sandbox", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
    )
    return HTMLResponse(pages.get_template(template).render(**values), status, headers=HEADERS)
