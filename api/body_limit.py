"""No request is read without end: what is larger than any form or proof, or comes too slowly, is
refused on the way.
"""

import asyncio
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.proofs.receiving import MAX_BYTES

LARGEST_FORM = 1024 * 1024
LARGEST_BODY = MAX_BYTES + 1024 * 1024  # so that a proof that is too large is told so by name
SILENT_SECONDS = 20.0
DRAIN_SECONDS = 5.0


class BodyLimit:
    """`seconds`: how long a body may take; where none of it comes for a while, it ends earlier."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        if "content-length" not in headers and "transfer-encoding" not in headers:
            await self._app(scope, receive, send)
            return
        body = _Body(receive, headers, self._seconds)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start" and not await body.is_over():
                MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        await self._app(scope, body.receive, answer)


class _Body:
    """The framework turns any exception of a body but an HTTPException into a 400."""

    def __init__(self, receive: Receive, headers: Headers, seconds: float) -> None:
        self._receive = receive
        self._left = _limit(headers.get("content-type", ""))
        self._declared = int(headers.get("content-length") or 0)
        self._until = asyncio.get_running_loop().time() + seconds
        self._more = True

    async def receive(self) -> Message:
        if not self._more:  # what comes now is that the client has gone
            return await self._receive()
        message = await self._in_time()
        self._more = bool(message.get("more_body", False))
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return message

    async def is_over(self) -> bool:
        """Whether all was sent. Whoever is refused while they send should see why.

        Who hangs up on them takes that away; so the rest is read first, if it is no more than
        might have been taken.
        """
        if self._more and self._declared <= LARGEST_BODY and self._left >= 0:
            now = asyncio.get_running_loop().time()
            self._until = min(self._until, now + DRAIN_SECONDS)
            try:
                while self._more:
                    await self.receive()
            except HTTPException:
                return False
        return not self._more

    async def _in_time(self) -> Message:
        left = self._until - asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(min(left, SILENT_SECONDS)):
                return await self._receive()
        except TimeoutError:
            raise HTTPException(HTTPStatus.REQUEST_TIMEOUT) from None


def _limit(content_type: str) -> int:
    return LARGEST_FORM if "json" in content_type.lower() else LARGEST_BODY
