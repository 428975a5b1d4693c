"""Turns payments into XBezahldienste JSON and back.

Amounts are JSON numbers in euros with two digits; they pass through Decimal, never through a float.
"""

import json
from decimal import Decimal
from typing import Any

import msgspec
from pydantic import ValidationError

from adapters.payments.errors import PaidAmountUnreadable, PaymentAnswerUnusable, PaymentRefused
from adapters.payments.money import cents, euro
from adapters.payments.payment import PaymentItem, PaymentRequest, PaymentStatus, PaymentTransaction
from adapters.payments.wire import ReadTransaction, SentItem, SentRequest

_JSON = msgspec.json.Encoder(decimal_format="number")


def to_json(payload: Any) -> bytes:
    return _JSON.encode(payload)


def from_json(content: bytes) -> Any:
    return json.loads(content, parse_float=Decimal)


def write_request(request: PaymentRequest) -> bytes:
    try:
        return to_json(_request(request).model_dump(by_alias=True))
    except ValidationError as error:
        raise PaymentRefused("VALIDATION_ERROR", broken_fields(error)) from error


def broken_fields(error: ValidationError) -> str:
    """Name the fields without their values, which may be personal."""
    return ", ".join(".".join(map(str, problem["loc"])) for problem in error.errors())


def read_transaction(content: bytes) -> PaymentTransaction:
    said: Any = None
    try:
        said = from_json(content)
        return _transaction(ReadTransaction.model_validate(said))
    except ValueError as error:
        cause = type(error).__name__
        if about := _said_to_be_paid(said):
            raise PaidAmountUnreadable(cause, about) from error
        raise PaymentAnswerUnusable(cause) from error


def read_refusal(content: bytes, otherwise: str = "UNSPECIFIED") -> PaymentRefused:
    """Read the problem's code; `otherwise` is the code of a refusal that names none."""
    try:
        problem = from_json(content)
    except ValueError:
        return PaymentRefused(otherwise)
    if not isinstance(problem, dict):
        return PaymentRefused(otherwise)
    code, detail = problem.get("functionalCode"), problem.get("detail")
    return PaymentRefused(str(code or otherwise), str(detail or ""))


def _said_to_be_paid(said: Any) -> frozenset[object]:
    """Name the payment by its ids: money must not be lost to whatever else stands in an answer."""
    information, request = _part(said, "paymentInformation"), _part(said, "paymentRequest")
    if information.get("status") != PaymentStatus.PAYED:
        return frozenset()
    ids = (information.get("transactionId"), request.get("requestId"))
    return frozenset(one for one in ids if isinstance(one, str) and one)


def _part(said: Any, name: str) -> dict[str, Any]:
    part = said.get(name) if isinstance(said, dict) else None
    return part if isinstance(part, dict) else {}


def _request(request: PaymentRequest) -> SentRequest:
    return SentRequest(
        request_id=request.request_id,
        request_timestamp=request.requested_at,
        gros_amount=euro(request.amount_cents),
        purpose=request.purpose,
        description=request.description,
        redirect_url=request.redirect_url,
        items=[_item(item) for item in request.items],
    )


def _item(item: PaymentItem) -> SentItem:
    return SentItem(
        id=item.item_id,
        reference=item.reference,
        description=item.description,
        tax_rate=item.tax_rate,
        quantity=item.quantity,
        total_net_amount=euro(item.net_cents * item.quantity),
        total_tax_amount=euro(item.tax_cents * item.quantity),
        single_net_amount=euro(item.net_cents),
        single_tax_amount=euro(item.tax_cents),
        booking_data=dict(item.booking_data),
    )


def _transaction(wire: ReadTransaction) -> PaymentTransaction:
    information = wire.payment_information
    return PaymentTransaction(
        transaction_id=information.transaction_id,
        request_id=wire.payment_request.request_id,
        status=information.status,
        amount_cents=cents(wire.payment_request.gros_amount),
        currency=wire.payment_request.currency,
        redirect_url=information.transaction_redirect_url,
        reference=information.transaction_reference,
        method=information.payment_method,
        paid_at=information.transaction_timestamp,
    )
