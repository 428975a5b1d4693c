"""The commands of whoever looks after what is handed to back offices."""

from typing import Annotated

import typer

from workers.telling import settings

commands = typer.Typer()
hand_over = typer.Typer(help="What back offices are handed.", no_args_is_help=True)
commands.add_typer(hand_over, name="hand-over")


@hand_over.command()
def redeliver(
    hand_over_id: Annotated[
        str, typer.Argument(metavar="ID", help="Which one; `hand-over list` names those open.")
    ],
) -> None:
    """Send a finished application to its back office again, under the same id.

    Safe to run twice: the back office knows it by that id.
    """
    from adapters.postgres.finding import database
    from workers.redelivering import queue_again

    with settings() as given, database(given) as url:
        queue_again(given, url, hand_over_id)


@hand_over.command("list")
def list_() -> None:
    """Print what no back office has acknowledged yet, the oldest first, and when it is called."""
    from adapters.postgres.finding import database
    from workers.redelivering import list_open

    with settings() as given, database(given) as url:
        list_open(given, url)
