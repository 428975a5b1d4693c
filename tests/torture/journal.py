"""What a writer has asked, and what it was answered: one line each, kept outside the database."""

import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Self
from uuid import UUID

import msgspec

DONE, REPLAYED, STALE = "done", "replayed", "StaleVersion"
AT_ODDS = "two answers at odds"
CONFLICTS = ("ConcurrentUpdate", "IntegrityError")


class Asked(msgspec.Struct, frozen=True, tag=True, omit_defaults=True, kw_only=True):
    """Written before the command is asked; whoever takes the journal over can ask it again.

    `way`: by the office, by the appender, or as the eventsourcing library does.
    `alone`: nobody else writes to this stream, so `expects` tells what must be answered: a version,
    or the name of a refusal. `twice`: by two requests at once, as people do.
    """

    id: UUID
    way: str
    kind: str
    stream: UUID
    by: str
    at: float
    seen: int | None = None
    twice: bool = False
    alone: bool = False
    expects: int | str | None = None


class Lost(msgspec.Struct, frozen=True, tag=True):
    """No answer has come; the command is asked again."""

    id: UUID
    why: str


class Answered(msgspec.Struct, frozen=True, tag=True, omit_defaults=True, kw_only=True):
    """`outcome`: DONE, REPLAYED or the name of a refusal. `position`: 0 where it was not told."""

    id: UUID
    outcome: str
    at: float
    stream: UUID | None = None
    version: int = 0
    position: int = 0

    @property
    def acknowledged(self) -> bool:
        return self.outcome in (DONE, REPLAYED)

    @property
    def place(self) -> tuple[UUID | None, int, int]:
        return self.stream, self.version, self.position


TAIL_BYTES = 20_000
Line = Asked | Lost | Answered
_decode = msgspec.json.Decoder(Line).decode


class Journal:
    """A file that is only added to; a line that was cut off by a kill counts as not written."""

    def __init__(self, file: Path) -> None:
        self.before = lines_of(file)
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.ftruncate(self._file, len(whole(file)))

    @property
    def unanswered(self) -> Sequence[Asked]:
        answered = {line.id for line in self.before if isinstance(line, Answered)}
        asked = (line for line in self.before if isinstance(line, Asked))
        return [one for one in asked if one.id not in answered]

    def write(self, line: Line) -> None:
        os.write(self._file, msgspec.json.encode(line) + b"\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)


def whole(file: Path) -> bytes:
    """The lines of a file that were written to their end."""
    content = file.read_bytes() if file.exists() else b""
    return content[: content.rfind(b"\n") + 1]


def lines_of(file: Path) -> list[Line]:
    return [_decode(line) for line in whole(file).splitlines()]


def last_acknowledged(file: Path) -> float:
    """When the last line that acknowledges something was written; 0 where none of the last does."""
    with file.open("rb") as lines:
        lines.seek(max(0, file.stat().st_size - TAIL_BYTES))
        ends = [_decode(line) for line in lines.readlines()[1:] if line.endswith(b"\n")]
    answers = (end for end in ends if isinstance(end, Answered) and end.acknowledged)
    return max((answer.at for answer in answers), default=0.0)


def asked_in(lines: Iterable[Line]) -> dict[UUID, Asked]:
    return {line.id: line for line in lines if isinstance(line, Asked)}


def answers_in(lines: Iterable[Line]) -> dict[UUID, Answered]:
    return {line.id: line for line in lines if isinstance(line, Answered)}


def by_rules(answer: Answered) -> bool:
    """Whether it was refused, and by nobody who was quicker."""
    return not answer.acknowledged and answer.outcome not in (*CONFLICTS, STALE)


def now() -> float:
    """The same clock for all processes of a machine."""
    return time.monotonic()
