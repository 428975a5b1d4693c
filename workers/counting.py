"""The commands of whoever wants to know how much is used online, or how a year would look."""

from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from domain.adoption.report import By
from workers.days import a_day
from workers.scenario import command as scenario
from workers.telling import settings

Day = date | None
First = Annotated[
    Day,
    typer.Option(
        "--from", parser=a_day, metavar="DAY", help="The first legal day; 1 January if left out."
    ),
]
Last = Annotated[
    Day,
    typer.Option(
        "--to", parser=a_day, metavar="DAY", help="The last legal day; today if left out."
    ),
]


class Format(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    EXCEL = "excel"


commands = typer.Typer()
commands.add_typer(scenario.commands)


@commands.command()
def report(
    first: First = None,
    last: Last = None,
    by: Annotated[
        list[By] | None,
        typer.Option(metavar="COLUMN", help=f"{', '.join(By)}; give it again for more."),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="Count less: municipality, kreis, region, service, category, stage, as-of.",
        ),
    ] = None,
    shown_as: Annotated[Format, typer.Option("--format")] = Format.TABLE,
    *,
    public: Annotated[bool, typer.Option("--public", help="Ended months, rounded.")] = False,
) -> None:
    """Report how much is used online, by place, service, time and channel."""
    from adapters.postgres.finding import database
    from workers.reporting import asked, print_report

    with settings() as given, database(given) as url:
        question = asked((first, last), by or [By.MUNICIPALITY], only or [], public=public)
        print_report(url, question, shown_as, given.key_file if public else None)
