"""How anchors are named in the settings."""

import re
from contextlib import suppress
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from adapters.addresses import web_address
from adapters.evidence.anchors import name_of

PLACE = (
    "should be the whole path of a file, an address such as https://anchor.example.org/notes, "
    "or a topic such as kafka:amtsweg.checkpoints.v1"
)
TOPIC = re.compile(r"^kafka:[\w.-]{1,249}$", re.ASCII)


def _anchor(text: str) -> str:
    if not (_is_web_address(text) if "://" in text else _is_file_or_topic(text)):
        raise ValueError(PLACE)
    return text


def _is_web_address(text: str) -> bool:
    with suppress(ValueError):
        return bool(web_address(text))
    return False


def _is_file_or_topic(text: str) -> bool:
    return Path(text).is_absolute() or bool(TOPIC.match(text))


def _all_different(texts: tuple[str, ...]) -> tuple[str, ...]:
    if len({name_of(text) for text in texts}) < len(texts):
        message = "should name each anchor once; user, password and query make no other one of it"
        raise ValueError(message)
    return texts


Anchors = Annotated[
    tuple[Annotated[str, AfterValidator(_anchor)], ...], AfterValidator(_all_different)
]
