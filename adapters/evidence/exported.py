"""Reads an exported log line by line, and says which line is wrong."""

import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from gzip import BadGzipFile, GzipFile
from io import BufferedIOBase
from itertools import islice
from pathlib import Path

import msgspec

from adapters.evidence.errors import (
    CompressionBroken,
    ExportIsCut,
    ExportUnreadable,
    LineBroken,
    NotAnExport,
)
from adapters.evidence.findings import Findings
from adapters.evidence.lines import (
    EVENT_BEGINS,
    FORMAT,
    CheckpointLine,
    EndLine,
    EventLine,
    Header,
    Line,
    decode,
)

COMPRESSED = b"\x1f\x8b"
LONGEST = 64 * 1024 * 1024
ORDER = (Header, EventLine, CheckpointLine, EndLine)


@dataclass(frozen=True, slots=True)
class Exported:
    """An export whose header has been read; all else raises a kind of ExportUnreadable, too."""

    file: Path
    header: Header

    @classmethod
    def at(cls, file: Path) -> "Exported":
        try:
            header = decode(next(_lines(file))[1])
        except (StopIteration, msgspec.DecodeError, ExportIsCut, LineBroken):
            raise NotAnExport(file) from None
        if not isinstance(header, Header) or header.format != FORMAT:
            raise NotAnExport(file)
        return cls(file, header)

    def checkpoints(self) -> Iterator[CheckpointLine]:
        """Whatever else is there, or is no line at all: `events` sees to that."""
        for _, line in _lines(self.file):
            if line.startswith(EVENT_BEGINS):
                continue
            with suppress(msgspec.DecodeError):
                found = decode(line)
                if isinstance(found, CheckpointLine):
                    yield found

    def events(self, findings: Findings) -> Iterator[EventLine]:
        """Once all are read, the rest of the file is, too: it has to have an end.

        An end that counts otherwise is a finding: what is missing, the audit names.
        """
        number, seen = 1, Counter[type]()
        last: Line = self.header
        for number, line in islice(_lines(self.file), 1, None):
            found = _decoded(number, line)
            if not _may_follow(last, found):
                raise LineBroken(number)
            last = found
            seen[type(found)] += 1
            if isinstance(found, EventLine):
                yield found
        if not isinstance(last, EndLine):
            raise ExportIsCut(number)
        there = EndLine(seen[EventLine], seen[CheckpointLine])
        if last != there:
            findings.add("the last line of the file contradicts the rest", _counted(last, there))


def _counted(said: EndLine, there: EndLine) -> str:
    """`events: 1` is right of any number."""
    return (
        f"it says events: {said.events}, checkpoints: {said.checkpoints}; "
        f"there are events: {there.events}, checkpoints: {there.checkpoints}"
    )


def _may_follow(last: Line, found: Line) -> bool:
    """Each kind has its place, and only events and checkpoints come more than once."""
    if type(last) is type(found):
        return isinstance(found, EventLine | CheckpointLine)
    return ORDER.index(type(last)) < ORDER.index(type(found))


def _decoded(number: int, line: bytes) -> Line:
    try:
        return decode(line)
    except msgspec.DecodeError:
        raise LineBroken(number) from None


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    """Yield number and line."""
    try:
        with file.open("rb") as raw:
            for number, line in enumerate(iter(partial(_content(raw).readline, LONGEST), b""), 1):
                if not line.endswith(b"\n"):
                    raise ExportIsCut(number - 1)
                yield number, line
    except (BadGzipFile, EOFError, zlib.error):
        # Where it is found says nothing of where it is: what was unpacked by then may be nonsense.
        raise CompressionBroken(file) from None
    except OSError as error:
        raise ExportUnreadable(file, f"({error.strerror})") from None


def _content(raw: BufferedIOBase) -> BufferedIOBase:
    begins = raw.read(len(COMPRESSED))
    raw.seek(0)
    return GzipFile("", "rb", fileobj=raw) if begins == COMPRESSED else raw
