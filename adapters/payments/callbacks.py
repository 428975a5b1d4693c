"""Callbacks of a payment platform, signed as Standard Webhooks say: a hint to ask, never a result.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import hmac
import json
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_bytes
from uuid import UUID

from adapters.payments.errors import CallbackNotBelieved, CallbackUnreadable

PREFIX = "whsec_"
LEAST_BYTES = 24
VERSION = "v1"
WINDOW = timedelta(minutes=5)
LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Callback:
    """`payment_id`: which payment to ask the platform for; nothing else in it is believed."""

    callback_id: str
    payment_id: UUID


def new_secret() -> str:
    return PREFIX + b64encode(token_bytes(LEAST_BYTES)).decode()


def secret_bytes(secret: str) -> bytes:
    """Raise ValueError for what is no secret."""
    try:
        key = b64decode(secret.removeprefix(PREFIX), validate=True)
    except NotBase64:
        key = b""
    if not secret.startswith(PREFIX) or len(key) < LEAST_BYTES:
        message = f"should be {PREFIX} and at least {LEAST_BYTES} random bytes in Base64"
        raise ValueError(message)
    return key


def signature(secret: bytes, callback_id: str, timestamp: str, body: bytes) -> str:
    signed = b".".join([callback_id.encode(), timestamp.encode(), body])
    return f"{VERSION},{b64encode(hmac.digest(secret, signed, sha256)).decode()}"


def believed(
    secrets: Iterable[bytes], headers: Mapping[str, str], body: bytes, now: datetime
) -> Callback:
    """Raise CallbackNotBelieved, or CallbackUnreadable for what was signed and is not understood.

    Several secrets hold at a time, so that they can be changed; several signatures likewise.
    """
    callback_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    given = headers.get("webhook-signature", "").split(" ")
    if not 0 < len(callback_id) <= LONGEST_ID or not _is_recent(timestamp, now):
        raise CallbackNotBelieved
    due = [signature(secret, callback_id, timestamp, body) for secret in secrets]
    if not any(hmac.compare_digest(d.encode(), g.encode()) for d in due for g in given):
        raise CallbackNotBelieved
    return Callback(callback_id, _payment_id(body))


def _is_recent(timestamp: str, now: datetime) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= len("9999999999")):
        return False
    return abs(now.timestamp() - int(timestamp)) <= WINDOW.total_seconds()


def _payment_id(body: bytes) -> UUID:
    """Our own id of the payment is the platform's `requestId`."""
    try:
        return UUID(json.loads(body)["requestId"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CallbackUnreadable from None
