"""A document of which some fields could not be read: what needs only the others is checked still.

So whoever made several mistakes is told of them in one round.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from typing import Any, TypeVar, cast

from pydantic import ValidationError

from adapters.catalogue.document import Document
from adapters.catalogue.finding import Finding

D = TypeVar("D", bound=Document)


class FieldUnread(Exception):
    """A check asks for what could not be read."""


class HalfRead:
    def __init__(self, document: Document, unread: Collection[str]) -> None:
        self._document = document
        self._unread = unread

    def __getattr__(self, name: str) -> Any:
        if name in self._unread:
            raise FieldUnread
        computed = getattr(type(self._document), name, None)
        if isinstance(computed, property) and computed.fget:
            return computed.fget(self)
        return getattr(self._document, name)


def half_read(model: type[D], content: Mapping[str, Any], unread: Collection[str]) -> D | None:
    """Nothing where not even the other fields can be read."""
    sound = {name: value for name, value in content.items() if name not in unread}
    try:
        document = model.model_validate_json(json.dumps({**model.STAND_INS, **sound}, default=str))
    except ValidationError:
        return None
    return cast("D", HalfRead(document, unread))


def as_far_as_read(findings: Iterator[Finding]) -> Iterator[Finding]:
    with suppress(FieldUnread):
        yield from findings
