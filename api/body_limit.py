"""No request is read without end: what is larger than any form or proof is refused on the way."""

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.proofs.files import MAX_BYTES

LARGEST_FORM = 1024 * 1024
LARGEST_BODY = MAX_BYTES + 1024 * 1024  # so that a proof that is too large is told so by name


class BodyLimit:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        left = _limit(Headers(scope=scope).get("content-type", ""))

        async def counted() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                # The framework turns any other exception of a body into a 400.
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return message

        await self._app(scope, counted, send)


def _limit(content_type: str) -> int:
    return LARGEST_FORM if "json" in content_type.lower() else LARGEST_BODY
