"""How anchors are named in the settings."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from adapters.addresses import web_address
from adapters.evidence.anchors import name_of

TOPIC = re.compile(r"^kafka:[\w.-]{1,249}$", re.ASCII)


def _anchor(text: str) -> str:
    """`web_address` raises what is wrong with it."""
    if "://" in text:
        return web_address(text)
    if not Path(text).is_absolute() and not TOPIC.match(text):
        message = (
            "should be the whole path of a file, or an address such as https://example.org/log"
        )
        raise ValueError(message)
    return text


def _all_different(texts: tuple[str, ...]) -> tuple[str, ...]:
    if len({name_of(text) for text in texts}) < len(texts):
        message = "should name each anchor once; user, password and query make no other one of it"
        raise ValueError(message)
    return texts


Anchors = Annotated[
    tuple[Annotated[str, AfterValidator(_anchor)], ...], AfterValidator(_all_different)
]
