"""The commands of whoever watches: how all stands, what was set aside, and back to work with it."""

from typing import Annotated

import typer

from workers.telling import settings

commands = typer.Typer()
parked = typer.Typer(help="Streams that were set aside, because one of their events failed.")
commands.add_typer(parked, name="parked")
Stream = Annotated[str, typer.Argument(help="The id of the stream, as the list shows it.")]
OfRunner = Annotated[
    str | None, typer.Option("--runner", metavar="NAME", help="For this runner only.")
]


@commands.command()
def status(*, watch: Annotated[bool, typer.Option(help="Go on until Ctrl-C.")] = False) -> None:
    """Show how the runners, the log, the mails and the hand-overs stand.

    Exits with 1 when a runner does not beat, events are set aside, or a mail or hand-over failed
    for good.
    """
    from adapters.postgres.finding import database
    from workers.status import show_status

    with settings() as given, database(given) as url:
        all_well = show_status(url, watch=watch)
    raise typer.Exit(0 if all_well else 1)


@parked.callback(invoke_without_command=True)
def listed(context: typer.Context) -> None:
    """List the streams that were set aside, and which runner waits for a person.

    `parked requeue ID` sends one back, once the cause is mended.
    """
    if context.invoked_subcommand is None:
        list_()


@parked.command("list")
def list_() -> None:
    """List them, as `parked` alone does."""
    from adapters.postgres.finding import database
    from workers.parking import print_parked

    with settings() as given, database(given) as url:
        print_parked(url)


@parked.command()
def requeue(stream: Stream, runner: OfRunner = None) -> None:
    """Send a stream back: its runner takes up what was set aside, in order.

    Exits with 1 when nothing of it is set aside.
    """
    from adapters.postgres.finding import database
    from workers.parking import requeue_stream

    with settings() as given, database(given) as url:
        sent_back = requeue_stream(url, stream, runner)
    raise typer.Exit(0 if sent_back else 1)
