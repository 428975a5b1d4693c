"""What an operator looks at: a live table of the runners, their lag, their errors, the queues."""

import asyncio
from datetime import UTC, datetime
from typing import NoReturn

import psycopg
from rich.console import Console
from rich.live import Live
from rich.text import Text

from adapters.account_mailbox.refused import states_refused
from adapters.hand_over.seen import hand_overs_seen
from adapters.mail.digests_seen import digests_seen
from adapters.mail.failed import failed_mails
from adapters.postgres.connecting import connect
from adapters.runners_seen import (
    Connection,
    failing_runners,
    log_head,
    mails_seen,
    runners_seen,
    silent_workers,
)
from workers.picture import LivePicture, picture
from workers.seen import Seen

REFRESH_SECONDS = 1.0
NOT_SEEN = Text("The database does not answer.", style="red")


def show_status(url: str, *, watch: bool) -> bool:
    """Print it, once or again and again until Ctrl-C; return whether all was well at last."""
    console = Console()
    try:
        return asyncio.run(watched(console, url) if watch else _once(console, url))
    except KeyboardInterrupt:
        return True


async def _once(console: Console, url: str) -> bool:
    async with await connect(url) as connection:
        seen = await look(connection)
    console.print(picture(seen, datetime.now(UTC)))
    return seen.all_well


async def watched(console: Console, url: str) -> NoReturn:
    """For ever; where a database that was there goes away, say so, and go on when it is back."""
    shown = await _shown(url)
    with Live(shown, console=console, screen=False) as live:
        while True:
            await asyncio.sleep(REFRESH_SECONDS)
            try:
                live.update(await _shown(url))
            except (psycopg.OperationalError, psycopg.InterfaceError):
                live.update(NOT_SEEN)


async def _shown(url: str) -> LivePicture:
    async with await connect(url) as connection:
        return LivePicture(await look(connection), datetime.now(UTC))


async def look(connection: Connection) -> Seen:
    return Seen(
        await log_head(connection),
        await runners_seen(connection),
        await mails_seen(connection),
        await hand_overs_seen(connection),
        await digests_seen(connection),
        await silent_workers(connection),
        await failing_runners(connection),
        await failed_mails(connection),
        await states_refused(connection),
    )
