"""Answers that may be kept by whoever reads them: a strong ETag, 304, and how long."""

from collections.abc import Callable
from hashlib import sha256

from fastapi import Request, Response

KEEP = "public, max-age=300"
JSON = "application/json"


def cached(
    request: Request, digest: str, language: str | None, body: Callable[[], bytes], media_type: str
) -> Response:
    """`body` is made only where the reader has another state than `digest`.

    `language`: None where the answer is the same in each.
    """
    etag = f'"{digest}"'
    headers = {"ETag": etag, "Cache-Control": KEEP}
    if language is not None:
        headers |= {"Vary": "Accept-Language", "Content-Language": language}
    if seen(request) & {etag, "*"}:
        return Response(status_code=304, headers=headers)
    return Response(body(), headers=headers, media_type=media_type)


def cached_json(request: Request, body: bytes, language: str | None = None) -> Response:
    """For what is quickly made: its ETag is of its bytes."""
    return cached(request, sha256(body).hexdigest()[:32], language, lambda: body, JSON)


def seen(request: Request) -> set[str]:
    """A cache on the way may have made our ETags weak; what they stand for is the same."""
    given = request.headers.get("if-none-match", "")
    return {tag.strip().removeprefix("W/") for tag in given.split(",")}
