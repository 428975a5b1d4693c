"""Asks a payment platform for a payment, and how it went, in XBezahldienste 1.0."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

import httpx
import stamina

from adapters.payments.errors import (
    PaidAmountUnreadable,
    PaymentAnswerUnusable,
    PaymentPlatformUnavailable,
    PaymentRefused,
)
from adapters.payments.payment import (
    PaymentItem,
    PaymentRequest,
    PaymentStatus,
    PaymentTransaction,
)
from adapters.payments.translation import read_refusal, read_transaction, write_request

__all__ = [
    "PaymentAnswerUnusable",
    "PaymentItem",
    "PaymentPlatform",
    "PaymentPlatformUnavailable",
    "PaymentRefused",
    "PaymentRequest",
    "PaymentStatus",
    "PaymentTransaction",
]

PAYMENT_EXISTS = "PAYMENT_EXISTS"
CONNECT_SECONDS = 3.0
HEADERS = {
    "Accept": "application/json, application/problem+json",
    "Content-Type": "application/json",
}
SIGN_IN = {401, 403}
TRY_AGAIN = {408, 425, 429}


@dataclass(frozen=True, slots=True)
class PaymentPlatform:
    """One municipality's account at a platform; `sign_in`: headers that are shown to nobody."""

    base_url: str
    originator_id: str
    endpoint_id: str
    client: httpx.AsyncClient
    timeout: float = 10.0
    attempts: int = 3
    sign_in: Mapping[str, str] = field(default_factory=dict, repr=False)

    async def create(self, request: PaymentRequest) -> PaymentTransaction:
        """Ask for a payment once; asked again with the same request id, it is the same payment."""
        answer = await self._send("POST", self._url(), write_request(request))
        transaction = await self._created(request, answer)
        spoken_of = (transaction.request_id, transaction.amount_cents, transaction.currency)
        if spoken_of != (request.request_id, request.amount_cents, "EUR"):
            raise PaymentAnswerUnusable("it speaks of another payment")
        return transaction

    async def status(self, transaction_id: str) -> PaymentTransaction:
        answer = await self._send("GET", self._url(transaction_id))
        try:
            transaction = _read(answer)
        except PaidAmountUnreadable as paid:
            if transaction_id not in paid.about:
                raise PaymentAnswerUnusable("it speaks of another payment") from paid
            raise
        if transaction_id not in {transaction.transaction_id, transaction.request_id}:
            raise PaymentAnswerUnusable("it speaks of another payment")
        return transaction

    async def _created(self, request: PaymentRequest, answer: httpx.Response) -> PaymentTransaction:
        try:
            return _read(answer)
        except PaymentRefused as refusal:
            if refusal.functional_code != PAYMENT_EXISTS:
                raise
        return await self._existing(request.request_id, answer)

    async def _existing(self, request_id: str, answer: httpx.Response) -> PaymentTransaction:
        """Find the payment of an earlier try: beside the refusal, or under our own request id."""
        try:
            return read_transaction(answer.content)
        except PaymentAnswerUnusable:
            pass
        try:
            return await self.status(request_id)
        except PaymentRefused as unknown:
            raise PaymentRefused(PAYMENT_EXISTS) from unknown

    async def _send(self, method: str, url: str, content: bytes | None = None) -> httpx.Response:
        async for attempt in stamina.retry_context(
            on=PaymentPlatformUnavailable, attempts=self.attempts, wait_max=2.0
        ):
            with attempt:
                answer = await self._send_once(method, url, content)
        return answer

    async def _send_once(self, method: str, url: str, content: bytes | None) -> httpx.Response:
        patience = httpx.Timeout(self.timeout, connect=min(self.timeout, CONNECT_SECONDS))
        headers = {**HEADERS, **self.sign_in}
        try:
            answer = await self.client.request(
                method, url, content=content, headers=headers, timeout=patience
            )
        except httpx.RequestError as error:
            raise PaymentPlatformUnavailable(type(error).__name__) from error
        if answer.is_server_error or answer.status_code in TRY_AGAIN:
            raise PaymentPlatformUnavailable(f"HTTP {answer.status_code}")
        return answer

    def _url(self, *transaction_id: str) -> str:
        parts = (self.originator_id, self.endpoint_id, *transaction_id)
        path = "/".join(quote(part, safe="") for part in parts)
        return f"{self.base_url.rstrip('/')}/paymenttransaction/{path}"


def _read(answer: httpx.Response) -> PaymentTransaction:
    if answer.status_code in SIGN_IN:
        raise read_refusal(answer.content, otherwise="FORBIDDEN")
    if answer.is_client_error:
        raise read_refusal(answer.content)
    return read_transaction(answer.content)
