"""Signatures of Standard Webhooks: what a sender and a receiver make of secret, id, time and body.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import hmac
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Mapping
from hashlib import sha256
from secrets import token_bytes

PREFIX = "whsec_"
LEAST_BYTES = 24
VERSION = "v1"


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


def signature(secret: bytes, webhook_id: str, timestamp: str, body: bytes) -> str:
    signed = b".".join([webhook_id.encode(), timestamp.encode(), body])
    return f"{VERSION},{b64encode(hmac.digest(secret, signed, sha256)).decode()}"


def signed(
    secrets: Iterable[bytes], webhook_id: str, timestamp: str, body: bytes
) -> Mapping[str, str]:
    """Return the headers: signed with every secret, so that a receiver can change to another."""
    signatures = (signature(secret, webhook_id, timestamp, body) for secret in secrets)
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(signatures),
    }
