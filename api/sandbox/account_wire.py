"""What the sandbox's account mailbox understands: contents as the central one (ZBP) has them."""

import json
from datetime import datetime
from email import message_from_bytes
from hashlib import sha512
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from adapters.account_mailbox.mailbox import ApplicationState

LONGEST_CONTENT = 1024 * 1024
Name = Annotated[str, Field(min_length=1, max_length=255)]
Label = Annotated[str, Field(min_length=1, max_length=100)]


class SentLetter(BaseModel):
    model_config = ConfigDict(extra="forbid")

    mailboxUuid: UUID  # noqa: N815 -- so it is called there
    stork_qaa_level: Annotated[int, Field(ge=1, le=4)]
    sender: Name
    title: Annotated[str, Field(min_length=1, max_length=1024)]
    content: Annotated[str, Field(min_length=1, max_length=LONGEST_CONTENT)]
    service: Name
    reference: Name
    applicationId: UUID  # noqa: N815 -- likewise
    senderUrl: Annotated[str, Field(max_length=255)]  # noqa: N815 -- likewise
    attachments: Annotated[list[Any], Field(max_length=0)]


class SentState(BaseModel):
    model_config = ConfigDict(extra="forbid")

    status: ApplicationState
    applicationId: UUID  # noqa: N815 -- so it is called there
    publicServiceName: dict[str, Label]  # noqa: N815 -- likewise
    senderName: Label  # noqa: N815 -- likewise
    reference: Annotated[str, Field(max_length=50)]
    createdDate: datetime  # noqa: N815 -- likewise


def form_part(content_type: str, body: bytes, name: str) -> bytes:
    """Return the part of a form that has this name. Raise ValueError."""
    form = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    for part in form.walk():
        if part.get_param("name", header="content-disposition") == name:
            payload = part.get_payload(decode=True)
            return payload if isinstance(payload, bytes) else b""
    raise ValueError(name)


def is_digest(content: str, sent: str) -> bool:
    """Of one who signs with no key, what is sent is at least undamaged."""
    return sha512(content.encode()).hexdigest() == sent


def opened(signed: bytes) -> tuple[str, str]:
    """Return content and signature. Raise ValueError."""
    try:
        told = json.loads(signed)
        return str(told["content"]), str(told["sha512sum"])
    except (KeyError, TypeError, RecursionError):
        raise ValueError("envelope") from None
