"""Speaks to the mailbox of an account over HTTP, as the central one (ZBP, version 6) is spoken to.

What of this is known of the ZBP, and what is ours, is in docs/adr/0032.
"""

import json
import re
import time
from dataclasses import dataclass, field
from uuid import UUID

import httpx

from adapters.account_mailbox.author import Author, envelope
from adapters.account_mailbox.errors import MailboxRefuses, MailboxUnavailable
from adapters.account_mailbox.mailbox import AccountMessage, Delivery, StateMessage
from adapters.account_mailbox.wire import message_content, state_content
from adapters.outgoing.calling import Answer, Question, call
from adapters.outgoing.errors import CallFailed

MESSAGES, STATES = "/v6/mailbox/messages", "/v6/mailbox/applications/states"
CALL_SECONDS = 20.0
BOUNDARY = "amtsweg-6f1c0a52b4d9"
KNOWN_ALREADY = 409
# These speak of our sign-in, or of the moment: repairing or waiting lets it through.
LATER = {401, 403, 408, 425, 429}
CODE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,59}")


@dataclass(frozen=True, slots=True)
class Zbp:
    """One service; `author`, or `bearer` where it wants no certificate of us."""

    url: str
    http: httpx.AsyncClient
    author: Author | None = field(default=None, repr=False)
    bearer: str = field(default="", repr=False)

    async def send(self, message: AccountMessage) -> None:
        signed = envelope(message_content(message), self.author)
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        await self._ask("PUT", MESSAGES, kind, _as_form(signed))

    async def show(self, state: StateMessage) -> None:
        signed = envelope(state_content(state), self.author)
        await self._ask("POST", STATES, "application/json", signed)

    async def delivery_of(self, reference: UUID) -> Delivery:
        answer = await self._ask("GET", f"{MESSAGES}/{reference}", "", b"")
        try:
            return Delivery(json.loads(answer.body)["state"])
        except (ValueError, KeyError, TypeError, RecursionError):
            raise MailboxUnavailable("its answer cannot be read") from None

    async def _ask(self, method: str, path: str, kind: str, content: bytes) -> Answer:
        token = self.author.token(int(time.time())) if self.author else self.bearer
        headers = {"Accept": "application/json", "Authorization": f"Bearer {token}"}
        if kind:
            headers["Content-Type"] = kind
        url = self.url.rstrip("/") + path
        try:
            question = Question(method, url, headers, content, CALL_SECONDS)
            answer = await call(self.http, question)
        except CallFailed as failed:
            raise MailboxUnavailable(failed.cause or type(failed).__name__) from None
        return _taken(answer)


def _taken(answer: Answer) -> Answer:
    """Known already: an earlier try went through, and its answer was lost."""
    if answer.is_success or answer.status == KNOWN_ALREADY:
        return answer
    cause = " ".join(filter(None, (f"HTTP {answer.status}", _code(answer.body))))
    if answer.status in LATER or not httpx.codes.is_client_error(answer.status):
        raise MailboxUnavailable(cause)
    raise MailboxRefuses(cause)


def _code(body: bytes) -> str:
    """Of what is said, a code at most: the rest may repeat what was sent."""
    try:
        code = json.loads(body)["code"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return code if isinstance(code, str) and CODE.fullmatch(code) else ""


def _as_form(signed: bytes) -> bytes:
    """A form of one part, `json`; attachments would be others. JSON has no line of that kind."""
    head = 'Content-Disposition: form-data; name="json"\r\nContent-Type: application/json'
    return f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + signed + f"\r\n--{BOUNDARY}--\r\n".encode()
