"""A treasury's list in a file against the ledger, by hand."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, NamedTuple

from adapters.bootstrap import open_parts
from adapters.payments.differences import write_csv, write_json
from adapters.payments.reconciliation import asking, comparing
from adapters.payments.treasury_list import lines_of
from adapters.settings import Settings
from workers.progress import progress

CHUNK = 64 * 1024


class NoSuchList(Exception):
    """Name the file of the treasury's list; this one cannot be read."""

    def __str__(self) -> str:
        return self.__doc__ or ""


class Period(NamedTuple):
    """Without, the days of the list."""

    first: date | None = None
    last: date | None = None


class Asked(NamedTuple):
    file: Path
    municipality: str
    period: Period
    as_csv: bool
    ask_platform: bool


def reconcile_file(settings: Settings, url: str, asked: Asked, out: IO[bytes]) -> int:
    """Return how many differences there are. Raise NoSuchList or TreasuryListUnusable."""
    with progress("Reading the list", aside=True) as report:
        return asyncio.run(_reconcile(settings, url, asked, out, report))


async def _reconcile(
    settings: Settings, url: str, asked: Asked, out: IO[bytes], report: Callable[[int, int], None]
) -> int:
    size = _size(asked.file)
    write = write_csv if asked.as_csv else write_json
    async with open_parts(settings, url) as parts:
        parts.catalogue.municipality(asked.municipality)
        ask = asking(parts.checkout, datetime.now(UTC)) if asked.ask_platform else None
        async with comparing(parts.pool, asked.municipality, ask) as comparison:
            with asked.file.open("rb") as opened:
                chunks = _chunks(opened, lambda done: report(done, size))
                await comparison.read(lines_of(chunks), lambda _lines: None)
            return await write(comparison.differences(*asked.period), out, comparison.lines)


async def _chunks(opened: IO[bytes], report: Callable[[int], None]) -> AsyncIterator[bytes]:
    while chunk := opened.read(CHUNK):
        yield chunk
        report(opened.tell())


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        raise NoSuchList from None
