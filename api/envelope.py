"""What a request says about itself: idempotency, what its sender had seen, and its trace."""

import re
from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

from fastapi import Request

from adapters.event_store.recorded import ActorStamp, Metadata
from adapters.identity.actor import Actor, Role
from adapters.ids import derived_id, new_id
from adapters.personal_data.key_ring import KeyEncryption
from api.refusals import (
    IdempotencyKeyMalformed,
    IdempotencyKeyMissing,
    IfMatchMalformed,
    IfMatchMissing,
)

FINGERPRINT_BYTES = 32
KEY = re.compile(r"^[\x21-\x7e]{1,255}$")
ETAG = re.compile(r'^"(\d{1,18})"$')
TRACEPARENT = re.compile(r"^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$")


def trace_id(request: Request) -> str:
    """Return the caller's trace id, or one of ours; the same for the whole request."""
    if not hasattr(request.state, "trace_id"):
        found = TRACEPARENT.match(request.headers.get("traceparent", ""))
        request.state.trace_id = found[1] if found else new_id().hex
    return str(request.state.trace_id)


def metadata(keys: KeyEncryption, request: Request, actor: Actor, *, key_needed: bool) -> Metadata:
    """Derive the command id from who asks, and the key they gave.

    The id is kept for ever, so it is keyed as well: an account cannot be told by trying.
    """
    key = idempotency_key(request, needed=key_needed)
    own = command_id(keys, actor.subject, key) if key else new_id()
    return Metadata(own, stamp(actor), trace_id(request))


def handed_over(
    keys: KeyEncryption, request: Request, actor: Actor, source: Sequence[str]
) -> Metadata:
    """Derive the command id from where a submission comes from, and who brings it.

    `source`: the municipality it is for, the portal, and the portal's own number for it. A
    citizen's is the account's own: no stranger can use such a number up, or learn what came of it.
    What clerks type in is their town's, whichever of them does.
    """
    citizen = actor.role is Role.CITIZEN
    named = ("handed-over", *source, actor.subject) if citizen else ("typed-in", *source)
    own = UUID(bytes=keys.digest("\x1f".join(named), 16))
    return Metadata(own, stamp(actor), trace_id(request))


def stamp(actor: Actor) -> ActorStamp:
    return ActorStamp(actor.subject, actor.role, actor.municipality)


def command_id(keys: KeyEncryption, subject: str, key: str) -> UUID:
    return UUID(bytes=keys.digest(f"command\x1f{subject}\x1f{key}", 16))


def own_id(keys: KeyEncryption, application_id: UUID, subject: str, key: str | None) -> UUID:
    """Name what a request brings into being, the same at a retry; keyed, for ids are published."""
    return derived_id(application_id, command_id(keys, subject, key)) if key else new_id()


def idempotency_key(request: Request, *, needed: bool) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is None:
        if needed:
            raise IdempotencyKeyMissing
        return None
    if not KEY.match(key):
        raise IdempotencyKeyMalformed
    return key


def fingerprint(keys: KeyEncryption, request: Request, body: bytes) -> bytes:
    """Tell a retry from another request that reuses its key.

    It is kept for ever, so it is keyed: nobody finds out by guessing what was written.
    """
    asked = b"\x1f".join([request.method.encode(), request.url.path.encode(), body])
    return keys.digest(f"request\x1f{sha256(asked).hexdigest()}", FINGERPRINT_BYTES)


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
