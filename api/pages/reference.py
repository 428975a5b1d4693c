"""The reference of all operations at `/docs`: Swagger UI, from here and nowhere else."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files

from fastapi import APIRouter, Request, Response

from api.cached import cached
from api.refusals import NotFound

router = APIRouter(include_in_schema=False)
# Swagger UI sets styles by itself, and draws from data addresses.
NO_MORE_THAN_THIS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
PAGE = "docs.html"
# Where it lies, and what it is.
SERVED: Mapping[str, tuple[str, str]] = {
    PAGE: ("docs.html", "text/html; charset=utf-8"),
    "start.js": ("docs.js", "text/javascript; charset=utf-8"),
    "swagger-ui-bundle.js": ("swagger-ui/swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
    "swagger-ui.css": ("swagger-ui/swagger-ui.css", "text/css; charset=utf-8"),
    "favicon-32x32.png": ("swagger-ui/favicon-32x32.png", "image/png"),
}


@router.get("/docs")
async def page(request: Request) -> Response:
    return _answer(request, PAGE)


@router.get("/docs/{name}")
async def part(request: Request, name: str) -> Response:
    if name not in SERVED:
        raise NotFound
    return _answer(request, name)


def _answer(request: Request, name: str) -> Response:
    body, digest = _read(name)
    answer = cached(request, digest, "en", lambda: body, SERVED[name][1])
    answer.headers.update(NO_MORE_THAN_THIS)
    return answer


@cache
def _read(name: str) -> tuple[bytes, str]:
    body = (files("api.pages") / "static" / SERVED[name][0]).read_bytes()
    return body, sha256(body).hexdigest()[:32]
