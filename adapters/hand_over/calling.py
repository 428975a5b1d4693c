"""Calls a back office: one POST, signed, to an address that was looked at, with a short answer."""

import json
import time
from dataclasses import dataclass

import httpx

from adapters.hand_over.errors import AddressNotAllowed, BackOfficeRefuses, BackOfficeUnavailable
from adapters.hand_over.settings import BackOffice
from adapters.outgoing import errors as outgoing
from adapters.outgoing.calling import Question, call, outgoing_client
from adapters.webhooks import signed

CALL_SECONDS = 20.0
LONGEST_REFERENCE = 200
HEADERS = {"Content-Type": "application/json"}


def client_for(back_office: BackOffice) -> httpx.AsyncClient:
    return outgoing_client(back_office.tls())


@dataclass(frozen=True, slots=True)
class Call:
    back_office: BackOffice
    http: httpx.AsyncClient

    async def hand_over(self, webhook_id: str, body: bytes) -> str:
        """Return the reference that the back office answers, if any. Raise a NotHandedOver."""
        keys, now = self.back_office.keys(), str(int(time.time()))
        headers = {**HEADERS, **signed(keys, webhook_id, now, body)}
        try:
            url = self.back_office.url or ""
            question = Question("POST", url, headers, body, CALL_SECONDS)
            answer = await call(self.http, question)
        except outgoing.AddressNotAllowed:
            raise AddressNotAllowed from None
        except outgoing.CallFailed as failed:
            raise BackOfficeUnavailable(failed.cause) from None
        if not answer.is_success:
            raise BackOfficeRefuses(f"HTTP {answer.status}", answer.wait)
        return reference_in(answer.body)


def reference_in(answer: bytes) -> str:
    """Whatever else is said: it was taken."""
    try:
        reference = json.loads(answer)["reference"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    usable = isinstance(reference, str) and len(reference) <= LONGEST_REFERENCE
    return reference if usable and reference.isprintable() else ""
