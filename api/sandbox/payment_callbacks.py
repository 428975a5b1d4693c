"""Tells the API that something has happened to a payment; whether it arrives does not matter."""

import json
import time
from collections.abc import Callable
from uuid import uuid4

import httpx

from adapters.webhooks import secret_bytes, signature
from api.sandbox.transactions import Payment

PATIENCE_SECONDS = 5.0


def calling_back(url: str, secret: str) -> Callable[[Payment], None]:
    """`url`: where the API heeds callbacks; `secret`: shared with it."""
    key = secret_bytes(secret)

    def tell(payment: Payment) -> None:
        body = json.dumps({"requestId": payment.request["requestId"]}).encode()
        callback_id, timestamp = f"msg_{uuid4().hex}", str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "webhook-id": callback_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": signature(key, callback_id, timestamp, body),
        }
        try:
            httpx.post(url, content=body, headers=headers, timeout=PATIENCE_SECONDS)
        except httpx.HTTPError:
            return  # the platform is asked anyway

    return tell
