"""Calls a back office: one POST, signed, to an address that was looked at, with a short answer."""

import asyncio
import json
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from adapters.hand_over.addresses import addresses_of
from adapters.hand_over.errors import BackOfficeRefuses, BackOfficeUnavailable
from adapters.hand_over.retry_after import seconds_in
from adapters.hand_over.settings import BackOffice
from adapters.hand_over.untrusted import why_not_connected
from adapters.version import VERSION
from adapters.webhooks import signed

CALL_SECONDS = 20.0
MOST_ANSWERED = 64 * 1024
LONGEST_REFERENCE = 200
HEADERS = {
    "Content-Type": "application/json",
    "User-Agent": f"Amtsweg/{VERSION}",
    # What is unpacked can be larger than what was measured.
    "Accept-Encoding": "identity",
}


def client_for(back_office: BackOffice) -> httpx.AsyncClient:
    """No proxy of the environment: it would resolve the name once more."""
    return httpx.AsyncClient(
        verify=back_office.tls() or True, trust_env=False, follow_redirects=False
    )


@dataclass(frozen=True, slots=True)
class Call:
    back_office: BackOffice
    http: httpx.AsyncClient

    async def hand_over(self, webhook_id: str, body: bytes) -> str:
        """Return the reference that the back office answers, if any. Raise a NotHandedOver."""
        try:
            async with asyncio.timeout(CALL_SECONDS):
                return await self._post(webhook_id, body)
        except TimeoutError:
            raise BackOfficeUnavailable("it takes too long") from None

    async def _post(self, webhook_id: str, body: bytes) -> str:
        url = httpx.URL(self.back_office.url or "")
        headers = {
            **HEADERS,
            **signed(self.back_office.keys(), webhook_id, str(int(time.time())), body),
            "Host": url.netloc.decode(),
        }
        port = url.port or (443 if url.scheme == "https" else 80)
        cause = "no connection"
        for address in await addresses_of(_name(self.back_office), port):
            request = self.http.build_request(
                "POST",
                url.copy_with(host=address),
                content=body,
                headers=headers,
                timeout=CALL_SECONDS,
                extensions={"sni_hostname": url.raw_host.decode()},
            )
            try:
                return await self._answer(request)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                # Nothing was sent: the name may have another address.
                cause = why_not_connected(error) or cause
            except (httpx.HTTPError, httpx.StreamError) as error:
                raise BackOfficeUnavailable(type(error).__name__) from None
        raise BackOfficeUnavailable(cause)

    async def _answer(self, request: httpx.Request) -> str:
        answer = await self.http.send(request, stream=True)
        try:
            if not answer.is_success:
                asked = answer.headers.get("Retry-After", "")
                wait = seconds_in(asked, time.time())
                raise BackOfficeRefuses(f"HTTP {answer.status_code}", wait)
            told = b""
            async for piece in answer.aiter_raw():
                told += piece
                if len(told) > MOST_ANSWERED:
                    return ""  # it has taken it, and says more than anybody asked
            return reference_in(told)
        finally:
            await answer.aclose()


def reference_in(answer: bytes) -> str:
    """Whatever else is said: it was taken."""
    try:
        reference = json.loads(answer)["reference"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    usable = isinstance(reference, str) and len(reference) <= LONGEST_REFERENCE
    return reference if usable and reference.isprintable() else ""


def _name(back_office: BackOffice) -> str:
    return urlsplit(back_office.url or "").hostname or ""
