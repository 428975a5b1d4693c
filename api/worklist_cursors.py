"""Where a page of the worklist ended; a cursor belongs to the order it was made in."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from fastapi import Request, Response

from adapters.read_models.worklist import Sort
from api import cursors
from api.paging import link_next
from api.refusals import CursorMalformed

VALUES = 3


def next_cursor(
    rows: Sequence[Mapping[str, Any]], sort: Sort, limit: int, request: Request, response: Response
) -> str | None:
    """Return where the next page begins, and link it; None where this one is not full."""
    if len(rows) < limit:
        return None
    last = rows[-1]
    following = cursors.write(sort, last["sort_key"], last["application_id"])
    link_next(request, response, following)
    return following


def read_cursor(cursor: str | None, sort: Sort) -> tuple[str, str] | None:
    """Return the sort key and the application that the page before ended with."""
    if cursor is None:
        return None
    made_for, key, application_id = cursors.read(cursor, VALUES)
    if made_for != sort:
        raise CursorMalformed
    return _moment(sort, key), _uuid(application_id)


def _moment(sort: Sort, key: str | None) -> str:
    try:
        if key == "infinity":
            return key
        return str(date.fromisoformat(key or "") if sort is Sort.DUE else _time(key))
    except (ValueError, OverflowError):
        raise CursorMalformed from None


def _time(key: str | None) -> datetime:
    return datetime.fromisoformat(key or "").astimezone(UTC)


def _uuid(text: str | None) -> str:
    try:
        return str(UUID(text or ""))
    except ValueError:
        raise CursorMalformed from None
