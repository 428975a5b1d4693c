"""A payment platform to practise with: the two calls of XBezahldienste 1.0.

It plays the third party. No money moves; the citizen's page is in payment_page.py.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import ValidationError

from adapters.moods import DOWN, SLOW
from adapters.payments.translation import broken_fields, from_json, to_json
from adapters.payments.wire import SentRequest
from api.sandbox.payment_mood import PaymentMood
from api.sandbox.payment_page import PaymentPage, nobody
from api.sandbox.transactions import Payment, Transactions

CALLS = "/paymenttransaction/{originator_id}/{endpoint_id}"

SLOW_SECONDS = 3.0
# As originator or as endpoint: one that no contract was made with. Every other pair may take
# payments, so that a town that is added while this runs can pay here, too.
NOT_REGISTERED = "not-registered"


def create_payment_platform(
    state_folder: Path,
    public_url: str,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    tell: Callable[[Payment], None] = nobody,
) -> APIRouter:
    """Play a platform under its public address, for every account but those `NOT_REGISTERED`.

    `tell` is called once something has happened to a payment.
    """
    transactions = Transactions(state_folder, clock)
    calls = PaymentCalls(transactions, public_url.rstrip("/"))
    page = PaymentPage(transactions, clock, tell)
    router = APIRouter(tags=["sandbox"])
    router.add_api_route(CALLS, calls.create, methods=["POST"])
    router.add_api_route(CALLS + "/{transaction_id}", calls.status, methods=["GET"])
    router.include_router(page.router())
    router.include_router(PaymentMood(transactions).router())
    return router


async def raw_body(request: Request) -> bytes:
    return await request.body()


@dataclass(frozen=True, slots=True)
class PaymentCalls:
    transactions: Transactions
    public_url: str

    def _as_it_feels(self) -> Response | None:
        mood = self.transactions.mood
        if mood == SLOW:
            time.sleep(SLOW_SECONDS)
        return problem(503, "UNSPECIFIED", "Down, as told to be.") if mood == DOWN else None

    # Not coroutines: SQLite blocks, so each call gets a thread of the pool.
    def create(
        self, originator_id: str, endpoint_id: str, body: Annotated[bytes, Depends(raw_body)]
    ) -> Response:
        if down := self._as_it_feels():
            return down
        if NOT_REGISTERED in (originator_id, endpoint_id):
            return problem(404, "NO_VALID_ORIGINATOR_OR_ENDPOINT")
        try:
            request = SentRequest.model_validate(from_json(body))
        except ValidationError as error:
            return problem(400, "VALIDATION_ERROR", broken_fields(error))
        except ValueError:
            return problem(400, "VALIDATION_ERROR", "This is not JSON.")
        if not adds_up(request):
            return problem(400, "CALCULATION_ERROR", "The items do not add up to grosAmount.")
        return self._created(originator_id, endpoint_id, request)

    def status(self, originator_id: str, endpoint_id: str, transaction_id: str) -> Response:
        if down := self._as_it_feels():
            return down
        if NOT_REGISTERED in (originator_id, endpoint_id):
            return problem(404, "NO_VALID_ORIGINATOR_OR_ENDPOINT")
        payment = self.transactions.get(transaction_id)
        if not payment or (payment.originator_id, payment.endpoint_id) != (
            originator_id,
            endpoint_id,
        ):
            return problem(404, "UNSPECIFIED", "No such payment transaction.")
        return answer(200, self._transaction(payment))

    def _created(self, originator_id: str, endpoint_id: str, request: SentRequest) -> Response:
        asked = request.model_dump(by_alias=True)
        payment, is_new = self.transactions.add(originator_id, endpoint_id, asked)
        if is_new:
            return answer(201, self._transaction(payment))
        same = without_time(payment.request) == without_time(from_json(to_json(asked)))
        # A retry of the very same request learns where its first try went.
        beside = self._transaction(payment) if same else {}
        return problem(409, "PAYMENT_EXISTS", "This requestId has been used before.", **beside)

    def _transaction(self, payment: Payment) -> dict[str, Any]:
        return {
            "paymentInformation": information(payment, self.public_url),
            "paymentRequest": payment.told,
        }


def adds_up(request: SentRequest) -> bool:
    singles = all(
        item.quantity * item.single_net_amount == item.total_net_amount
        and item.quantity * item.single_tax_amount == item.total_tax_amount
        for item in request.items
    )
    totals = (item.total_net_amount + item.total_tax_amount for item in request.items)
    return singles and sum(totals, Decimal(0)) == request.gros_amount


def without_time(request: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in request.items() if name != "requestTimestamp"}


def information(payment: Payment, public_url: str) -> dict[str, Any]:
    """Tell where to pay only while it is open, and how it was paid only once it was."""
    address = f"{payment.originator_id}/{payment.endpoint_id}/{payment.transaction_id}"
    known = {
        "transactionUrl": f"{public_url}/paymenttransaction/{address}",
        "transactionRedirectUrl": f"{public_url}/pay/{payment.transaction_id}"
        if payment.is_open
        else None,
        "transactionId": payment.transaction_id,
        "transactionReference": payment.reference,
        "transactionTimestamp": payment.settled_at if payment.status == "PAYED" else None,
        "paymentMethod": payment.method,
        "status": payment.status,
    }
    return {name: value for name, value in known.items() if value is not None}


def answer(status: int, content: Any, media_type: str = "application/json") -> Response:
    return Response(to_json(content), status, media_type=media_type)


def problem(status: int, functional_code: str, detail: str = "", **beside: Any) -> Response:
    content = {
        "type": "about:blank",
        "status": status,
        "title": functional_code,
        "detail": detail,
        "functionalCode": functional_code,
        **beside,
    }
    return answer(status, content, "application/problem+json")
