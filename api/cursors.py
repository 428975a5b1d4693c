"""Opaque cursors: where a page ended, so that the next one begins there whatever was added."""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from api.refusals import CursorMalformed


def write(*values: object) -> str:
    text = json.dumps([None if v is None else str(v) for v in values])
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(cursor: str, length: int) -> list[Any]:
    """Return the values of a cursor. Raise CursorMalformed for anything we did not write."""
    try:
        values = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error):
        raise CursorMalformed from None
    if (
        not isinstance(values, list)
        or len(values) != length
        or not all(v is None or isinstance(v, str) for v in values)
    ):
        raise CursorMalformed
    return values
