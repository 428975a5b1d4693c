"""A treasury's list in a file against the ledger, by hand."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import IO, NamedTuple

from adapters.bootstrap import open_parts
from adapters.event_store.recorded import Metadata
from adapters.ids import new_id
from adapters.payments.difference import Difference
from adapters.payments.differences import write_csv, write_json
from adapters.payments.queueing import BY_HAND, Queue
from adapters.payments.reconciliation import comparing
from adapters.payments.second_opinion import asking
from adapters.payments.three_way import ThreeWay
from adapters.payments.treasury_list import lines_of
from adapters.settings import Settings
from domain.saying import SaysWhatToDo
from workers.asking import Asking
from workers.progress import progress

CHUNK = 64 * 1024


class NoSuchList(SaysWhatToDo):
    """Name the file of the treasury's list; this one cannot be read."""


class Period(NamedTuple):
    """Without, the days of the list."""

    first: date | None = None
    last: date | None = None


class Asked(NamedTuple):
    file: Path
    municipality: str
    period: Period
    as_csv: bool
    asking: Asking
    queue: bool = True


def reconcile_file(settings: Settings, url: str, asked: Asked, out: IO[bytes]) -> int:
    """Return how many differences there are. Raise NoSuchList or TreasuryListUnusable."""
    return asyncio.run(_reconcile(settings, url, asked, out))


async def _reconcile(settings: Settings, url: str, asked: Asked, out: IO[bytes]) -> int:
    size, now = _size(asked.file), datetime.now(UTC)
    write = write_csv if asked.as_csv else write_json
    async with open_parts(settings, url) as parts:
        parts.catalogue.municipality(asked.municipality)
        # Where all of them are asked about, what is found is recorded then, and named.
        once = asked.asking is not Asking.ALL
        asks = asked.asking is not Asking.NOTHING
        ask = asking(parts.checkout, now, record=once) if asks else None
        async with comparing(parts.pool, asked.municipality, ask) as comparison:
            with (
                progress("Reading the list", aside=True) as report,
                asked.file.open("rb") as opened,
            ):
                chunks = _chunks(opened, lambda done: report(done, size))
                await comparison.read(lines_of(chunks), lambda _lines: None)
            found = comparison.differences(*asked.period)
            put = await comparison.unexplained() if asked.queue else []
            if asked.queue:
                await comparison.remember(put)
            by = Metadata(new_id(), BY_HAND, new_id().hex)
            settle = asking(parts.checkout, now)
            place = Queue(parts.office, parts.pool, asked.municipality, settle, by, now)
            queueing = partial(place.put, put)
            if once:
                return await write(found, out, comparison.lines, queueing)
            with progress("Asking the platform", aside=True) as report:
                third = ThreeWay(comparison, parts.checkout, now, report)
                both = _one_after_the_other(found, third.differences(*asked.period))
                return await write(both, out, comparison.lines, queueing)


async def _one_after_the_other(
    *several: AsyncIterator[Difference],
) -> AsyncIterator[Difference]:
    for differences in several:
        async for one in differences:
            yield one


async def _chunks(opened: IO[bytes], report: Callable[[int], None]) -> AsyncIterator[bytes]:
    while chunk := opened.read(CHUNK):
        yield chunk
        report(opened.tell())


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        raise NoSuchList from None
