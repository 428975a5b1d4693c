"""What an operator sees of retention: what may go today, and what became of it."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby

from rich.console import Console
from rich.table import Table

from adapters.bootstrap import Parts, open_parts
from adapters.personal_data.preparing import right_ring
from adapters.retention import Due
from adapters.settings import Settings
from workers.at_the_machine import operator_there
from workers.progress import progress

NOTHING = "Nothing has been kept for longer than it has to be."
DRY = "Nothing was changed. `retention --do` lets it go, for ever; every step is an event."


def show_retention(settings: Settings, url: str, *, do: bool) -> bool:
    """Print it; return whether all that was due is gone, or nothing was to be done."""
    right_ring(settings.key_file, url)

    async def main() -> bool:
        async with open_parts(settings, url) as parts:
            return await show_due(parts, datetime.now(UTC), do=do)

    return asyncio.run(main())


async def show_due(parts: Parts, now: datetime, *, do: bool) -> bool:
    due = [one async for one in parts.retention.due(now)]
    _print(due)
    if do:
        return await _let_go(parts, due, now)
    if due:
        Console(soft_wrap=True).print(DRY)
    return True


def _print(due: Sequence[Due]) -> None:
    console = Console(soft_wrap=True)
    if not due:
        console.print(NOTHING)
        return
    table = Table("municipality", "service", "what", "applications", "oldest until", box=None)
    alike = sorted(due, key=_kind)
    for kind, group in groupby(alike, key=_kind):
        untils = [one.until for one in group]
        table.add_row(*kind, str(len(untils)), f"{min(untils):%d.%m.%Y}")
    console.print(table)


def _kind(due: Due) -> tuple[str, str, str]:
    return due.municipality, due.service, due.what.value


async def _let_go(parts: Parts, due: Sequence[Due], now: datetime) -> bool:
    by = operator_there()
    gone = 0
    with progress("Letting go") as report:
        for number, one in enumerate(due, 1):
            gone += await parts.retention.let_go(one, by, now)
            report(number, len(due))
        payers = [one async for one in parts.retention.payers_due(now)]
        erased = sum([await parts.retention.let_payer_go(one, by, now) for one in payers])
    console = Console(soft_wrap=True)
    console.print(f"{gone} of {len(due)} gone, and the names of {erased} payers.")
    if gone < len(due):
        console.print(
            "The others wait for money that is owed or on its way, or were reopened; or nobody "
            "can read the payer's name, which the law wants kept: `erase` says so, by the id."
        )
    return gone == len(due)
