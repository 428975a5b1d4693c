"""What a problem must look like, and how a test looks for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import httpx
import psycopg

Database = psycopg.Connection[tuple[Any, ...]]
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACED = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
# Of people only: what the house does by itself goes on in the background.
BY_PEOPLE = """SELECT coalesce(max(notification_id), 0) FROM events
    WHERE convert_from(state, 'UTF8') NOT LIKE '%%"role":"system"%%'"""


@contextmanager
def nothing_appended(database: Database) -> Iterator[None]:
    before = database.execute(BY_PEOPLE).fetchone()
    yield
    assert database.execute(BY_PEOPLE).fetchone() == before


def require_problem(answer: httpx.Response, status: int, kind: str) -> dict[str, Any]:
    """Any problem of this API, whoever raised it, is one of these."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["type"]) == (status, f"urn:amtsweg:problem:{kind}"), body
    assert body["status"] == status
    assert body["title"]
    assert len(body["detail"]) > 20
    assert body["instance"] == answer.request.url.path
    assert answer.headers["cache-control"] == "no-store"
    return body


def pointers(body: dict[str, Any]) -> list[str]:
    assert all(error["detail"] for error in body["errors"])
    return [error["pointer"] for error in body["errors"]]


def with_value(body: dict[str, Any], pointer: str, value: Any) -> dict[str, Any]:
    """Return a copy in which the pointer leads to another value."""
    copied = deepcopy(body)
    place, last = _place(copied, pointer)
    place[last] = value
    return copied


def without(body: dict[str, Any], pointer: str) -> dict[str, Any]:
    copied = deepcopy(body)
    place, last = _place(copied, pointer)
    del place[last]
    return copied


def _place(body: dict[str, Any], pointer: str) -> tuple[dict[str, Any], str]:
    *path, last = (step.replace("~1", "/") for step in pointer.removeprefix("/").split("/"))
    for step in path:
        body = body[step]
    return body, last
