"""What a request says about itself: idempotency, what its sender had seen, and its trace."""

import re
from hashlib import sha256

from fastapi import Request

from adapters.event_store.recorded import ActorStamp, Metadata
from adapters.identity.actor import Actor
from adapters.ids import derived_id, new_id
from api.refusals import (
    IdempotencyKeyMalformed,
    IdempotencyKeyMissing,
    IfMatchMalformed,
    IfMatchMissing,
)

KEY = re.compile(r"^[\x21-\x7e]{1,255}$")
ETAG = re.compile(r'^"(\d{1,18})"$')
TRACEPARENT = re.compile(r"^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$")


def trace_id(request: Request) -> str:
    """Return the caller's trace id, or one of ours; the same for the whole request."""
    if not hasattr(request.state, "trace_id"):
        found = TRACEPARENT.match(request.headers.get("traceparent", ""))
        request.state.trace_id = found[1] if found else new_id().hex
    return str(request.state.trace_id)


def metadata(
    request: Request, actor: Actor, *, key_needed: bool, key: str | None = None
) -> Metadata:
    """Derive the command id from who asks, and the key they gave."""
    stamp = ActorStamp(actor.subject, actor.role, actor.municipality)
    key = key or idempotency_key(request, needed=key_needed)
    command_id = derived_id(actor.subject, key) if key else new_id()
    return Metadata(command_id, stamp, trace_id(request))


def idempotency_key(request: Request, *, needed: bool) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is None:
        if needed:
            raise IdempotencyKeyMissing
        return None
    if not KEY.match(key):
        raise IdempotencyKeyMalformed
    return key


def fingerprint(request: Request, body: bytes) -> bytes:
    """Tell a retry from another request that reuses its key."""
    return sha256(b"\x1f".join([request.method.encode(), request.url.path.encode(), body])).digest()


def seen_version(request: Request, *, needed: bool) -> int | None:
    header = request.headers.get("if-match")
    if header is None:
        if needed:
            raise IfMatchMissing
        return None
    found = ETAG.match(header)
    if not found:
        raise IfMatchMalformed
    return int(found[1])
