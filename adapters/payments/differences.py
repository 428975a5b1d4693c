"""Differences written down one by one, as JSON or as CSV."""

import csv
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import IO

import msgspec

from adapters.payments.difference import COLUMNS, Difference
from adapters.payments.queueing import Queued

JSON = msgspec.json.Encoder()
FORMULA = ("=", "+", "-", "@", "\t", "\r")


Queueing = Callable[[], Awaitable[Queued]]


async def write_json(
    differences: AsyncIterator[Difference], out: IO[bytes], lines: int, queueing: Queueing
) -> int:
    """One object, each difference on a line of its own; return how many there were.

    `queueing` comes last: from then on, what was found is no difference any more. What it could not
    find out is one more.
    """
    out.write(b'{"lines":%d,"differences":[' % lines)
    count = 0

    def write(difference: Difference) -> None:
        nonlocal count
        out.write(b",\n" if count else b"\n")
        out.write(JSON.encode(difference))
        count += 1

    async for difference in differences:
        write(difference)
    queued = await queueing()
    for difference in queued.unanswered:
        write(difference)
    too_many = b"true" if queued.too_many else b"false"
    end = b'\n],"count":%d,"queued":%d,"too_many":%s}\n'
    out.write(end % (count, queued.count, too_many))
    return count


async def write_csv(
    differences: AsyncIterator[Difference], out: IO[bytes], _lines: int, queueing: Queueing
) -> int:
    """Amounts are in cents."""
    text = io.TextIOWrapper(out, "utf-8", newline="", write_through=True)
    rows = csv.writer(text, delimiter=";", lineterminator="\n")
    rows.writerow(COLUMNS)
    count = 0

    def write(difference: Difference) -> None:
        nonlocal count
        rows.writerow([_cell(value) for value in difference.as_row().values()])
        count += 1

    async for difference in differences:
        write(difference)
    for difference in (await queueing()).unanswered:
        write(difference)
    text.detach()
    return count


def _cell(value: object) -> object:
    """A spreadsheet must not take for a formula what a platform said."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return "" if value is None else value
