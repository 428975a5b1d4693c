"""The command of the treasury: its list against the ledger."""

import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from workers.asking import Asking
from workers.days import a_day
from workers.telling import settings

commands = typer.Typer()
Day = date | None
File = Annotated[Path, typer.Argument(help="The treasury's list, as CSV in UTF-8.")]
Ags = Annotated[str, typer.Option(metavar="AGS", help="Whose list it is.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="CSV instead of JSON.")]
Queue = Annotated[
    bool, typer.Option(help="Show clerks what only the treasury has, to be worked off.")
]
Ask = Annotated[Asking, typer.Option(help="What the payment platform is asked about, too.")]
First = Annotated[
    Day, typer.Option("--from", parser=a_day, metavar="DAY", help="By default, the list's.")
]
Last = Annotated[
    Day, typer.Option("--to", parser=a_day, metavar="DAY", help="By default, the list's.")
]


@commands.command()
def reconcile(  # noqa: PLR0913 -- each is an option of the command
    file: File,
    municipality: Ags,
    *,
    as_csv: AsCsv = False,
    ask_platform: Ask = Asking.NOTHING,
    first: First = None,
    last: Last = None,
    queue: Queue = True,
) -> None:
    """Compare a treasury's list with the ledger and print the differences.

    Columns: reference, amount, booked_on, and if you like kind (payment, refund, chargeback) and
    currency. Exits with 1 when there are differences.
    """
    from adapters.postgres.finding import database
    from workers.reconciling import Asked, Period, reconcile_file

    period = Period(first, last)
    asked = Asked(file, municipality, period, as_csv, ask_platform, queue)
    with settings() as given, database(given) as url:
        differences = reconcile_file(given, url, asked, sys.stdout.buffer)
    raise typer.Exit(1 if differences else 0)
