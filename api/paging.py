"""The next page of a list, as a link of RFC 8288."""

from fastapi import Request, Response


def link_next(request: Request, response: Response, cursor: str) -> None:
    """Relative: nothing that a Host header says is repeated."""
    query = request.url.include_query_params(cursor=cursor).query
    response.headers["Link"] = f'<{request.url.path}?{query}>; rel="next"'
