"""Answers that may be kept by whoever reads them: a strong ETag, 304, and how long."""

from collections.abc import Callable

from fastapi import Request, Response

KEEP = "public, max-age=300"


def cached(
    request: Request, digest: str, language: str, body: Callable[[], bytes], media_type: str
) -> Response:
    """`body` is made only where the reader has another state than `digest`."""
    etag = f'"{digest}"'
    headers = {
        "ETag": etag,
        "Cache-Control": KEEP,
        "Vary": "Accept-Language",
        "Content-Language": language,
    }
    if seen(request) & {etag, "*"}:
        return Response(status_code=304, headers=headers)
    return Response(body(), headers=headers, media_type=media_type)


def seen(request: Request) -> set[str]:
    """A cache on the way may have made our ETags weak; what they stand for is the same."""
    given = request.headers.get("if-none-match", "")
    return {tag.strip().removeprefix("W/") for tag in given.split(",")}
