"""Callbacks of a payment platform, signed as a Standard Webhook: a hint to ask, never a result."""

import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from adapters.payments.errors import CallbackNotBelieved, CallbackUnreadable
from adapters.webhooks import signature

WINDOW = timedelta(minutes=5)
LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Callback:
    """`payment_id`: which payment to ask the platform for; nothing else in it is believed."""

    callback_id: str
    payment_id: UUID


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
