"""Calls an address of somebody else's: one that was looked at, with a short answer, or none."""

import asyncio
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import httpx

from adapters.kept_connections import CONNECTIONS
from adapters.outgoing.errors import NoAnswer
from adapters.outgoing.looked_at import addresses_of
from adapters.outgoing.retry_after import seconds_in
from adapters.outgoing.untrusted import why_not_connected
from adapters.version import VERSION

MOST_ANSWERED = 64 * 1024
# Short enough for another address of the name to have its turn.
CONNECT_SECONDS = 5.0
HEADERS = {
    "User-Agent": f"Amtsweg/{VERSION}",
    # What is unpacked can be larger than what was measured.
    "Accept-Encoding": "identity",
}


class Answer(NamedTuple):
    """`body`: empty where it said more than anybody asked. `wait`: for how many seconds it asks."""

    status: int
    body: bytes
    wait: int

    @property
    def is_success(self) -> bool:
        return httpx.codes.is_success(self.status)


@dataclass(frozen=True, slots=True)
class Question:
    method: str
    url: str
    headers: Mapping[str, str]
    content: bytes = b""
    seconds: float = 20.0


def outgoing_client(tls: ssl.SSLContext | None) -> httpx.AsyncClient:
    """No proxy of the environment: it would resolve the name once more."""
    return httpx.AsyncClient(
        verify=tls or True, trust_env=False, follow_redirects=False, limits=CONNECTIONS
    )


async def call(http: httpx.AsyncClient, question: Question) -> Answer:
    """Raise a CallFailed."""
    try:
        async with asyncio.timeout(question.seconds):
            return await _call(http, question)
    except TimeoutError:
        raise NoAnswer("it takes too long") from None


async def _call(http: httpx.AsyncClient, question: Question) -> Answer:
    url = httpx.URL(question.url)
    port = url.port or (443 if url.scheme == "https" else 80)
    cause = "no connection"
    for address in await addresses_of(url.host, port):
        request = http.build_request(
            question.method,
            url.copy_with(host=address),
            content=question.content,
            headers={**HEADERS, **question.headers, "Host": url.netloc.decode()},
            timeout=httpx.Timeout(question.seconds, connect=CONNECT_SECONDS),
            extensions={"sni_hostname": url.raw_host.decode()},
        )
        try:
            return await _answer(http, request)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            # Nothing was sent: the name may have another address.
            cause = why_not_connected(error) or cause
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise NoAnswer(type(error).__name__) from None
    raise NoAnswer(cause)


async def _answer(http: httpx.AsyncClient, request: httpx.Request) -> Answer:
    answer = await http.send(request, stream=True)
    try:
        wait = seconds_in(answer.headers.get("Retry-After", ""), time.time())
        told = b""
        async for piece in answer.aiter_raw():
            told += piece
            if len(told) > MOST_ANSWERED:
                return Answer(answer.status_code, b"", wait)
        return Answer(answer.status_code, told, wait)
    finally:
        await answer.aclose()
