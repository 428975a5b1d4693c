"""The command of the treasury: its list against the ledger."""

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from workers.telling import settings

DAYS = ["%Y-%m-%d"]
commands = typer.Typer()


@commands.command()
def reconcile(
    file: Annotated[Path, typer.Argument(help="The treasury's list, as CSV in UTF-8.")],
    municipality: Annotated[str, typer.Option(metavar="AGS", help="Whose list it is.")],
    *,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV instead of JSON.")] = False,
    ask_platform: Annotated[
        bool, typer.Option(help="Ask the payment platform about each difference, too.")
    ] = False,
    first: Annotated[
        datetime | None,
        typer.Option("--from", formats=DAYS, metavar="DAY", help="By default, the list's first."),
    ] = None,
    last: Annotated[
        datetime | None,
        typer.Option("--to", formats=DAYS, metavar="DAY", help="By default, the list's last."),
    ] = None,
) -> None:
    """Compare a treasury's list with the ledger and print the differences.

    Columns: reference, amount, booked_on, and if you like kind (payment, refund, chargeback) and
    currency. Exits with 1 when there are differences.
    """
    from adapters.postgres.finding import database
    from workers.reconciling import Period, reconcile_file

    period = Period(_day(first), _day(last))
    with settings() as given, database(given) as url:
        differences = reconcile_file(
            given,
            url,
            file,
            municipality,
            sys.stdout.buffer,
            period,
            as_csv=as_csv,
            ask_platform=ask_platform,
        )
    raise typer.Exit(1 if differences else 0)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
