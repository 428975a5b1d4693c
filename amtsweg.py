"""The command line of Amtsweg: what is run, and what an operator does by hand."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Annotated

import typer

from workers import (
    auditing,
    counting,
    furnishing,
    handing_over,
    keeping,
    letters,
    parked,
    publishing,
    registering,
    telling,
    treasury,
)

if TYPE_CHECKING:
    from adapters.settings import Settings

app = typer.Typer(
    cls=telling.PlainCommands,
    callback=telling.every_command,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for group in (
    auditing,
    keeping,
    counting,
    registering,
    treasury,
    furnishing,
    publishing,
    parked,
    handing_over,
    letters,
):
    app.add_typer(group.commands)


@app.command()
def run(
    *,
    story: Annotated[bool, typer.Option(help="Play the library card's own case first.")] = True,
    stay: Annotated[bool, typer.Option(help="Keep running afterwards.")] = True,
) -> None:
    """Run everything on this machine, and the story."""
    from workers.stopping import Stop

    stop = Stop.listening()
    # Said before anything is imported: without it, nothing is seen for as long as that takes.
    typer.echo("Starting the database, sandbox, API and workers, which takes up to a minute ...")
    from workers.process_tree import import_once

    # Begun first: the processes' imports take longer than the start of the database.
    import_once(["__main__", "api.app", "api.sandbox.app", "workers.work"])
    from api.sandbox.story import tell
    from workers.running import run_everything

    with _settings(quiet=True) as settings:
        told = (lambda at: tell(at.api, at.sandbox)) if story else None
        run_everything(settings, PROCESSES, told, stop, stay=stay)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port to listen on.")] = None,
) -> None:
    """Serve the HTTP API."""
    from adapters.preparing import ready_database
    from api import serving
    from api.app import create_app
    from api.sandbox.loopback import require_real_parties

    with _settings() as settings:
        bind = host or settings.host
        require_real_parties(settings, bind)
        taken = serving.listen(bind, settings.port if port is None else port)
        with taken as server, ready_database(settings) as url:
            serving.serve(create_app(settings, url), server)


@app.command()
def work(
    names: Annotated[
        list[str] | None, typer.Argument(help="Runners; all where none is named.")
    ] = None,
) -> None:
    """Run the workers, all of them or those named."""
    from adapters.preparing import ready_database
    from workers.work import work_until_told

    with _settings() as settings, ready_database(settings) as url:
        work_until_told(settings, url, names or [])


@app.command()
def sandbox() -> None:
    """Play the third parties, on loopback only."""
    from api.sandbox.serving import serve_sandbox

    with _settings() as settings:
        serve_sandbox(settings)


@app.command()
def migrate() -> None:
    """Bring the database to what this version needs.

    Safe to run twice, and by two at once.
    """
    from adapters.postgres.finding import database
    from adapters.preparing import prepare

    with _settings(quiet=True) as settings, database(settings, begin=True) as url:
        for name in prepare(settings, url) or ["nothing to do"]:
            print(name)


@app.command()
def rebuild(name: Annotated[str, typer.Argument(help="A read model, e.g. worklist_v2.")]) -> None:
    """Build a read model anew from the log.

    It is built beside the live one and then switched; reads go on.
    """
    from adapters.postgres.finding import database
    from workers.maintenance import rebuild_read_model

    with _settings(quiet=True) as settings, database(settings) as url:
        rebuild_read_model(url, name)


@app.command()
def replay(
    stream: Annotated[
        str, typer.Argument(help="The id of an application, the key of a service, or an AGS.")
    ],
    version: Annotated[int | None, typer.Option(min=1, help="As it was at this version.")] = None,
    at: Annotated[str | None, typer.Option(help="As recorded at this moment (RFC 3339).")] = None,
) -> None:
    """Print the history of an application, a service or a municipality."""
    from adapters.personal_data.preparing import right_ring
    from adapters.postgres.finding import database
    from workers.maintenance import print_history

    with _settings(quiet=True) as settings, database(settings) as url:
        print_history(url, right_ring(settings.key_file, url), stream, version, at)


@app.command()
def token(
    person: Annotated[str, typer.Argument(help="A role (citizen, clerk, auditor, ...) or a name.")],
) -> None:
    """Print an access token of the sandbox."""
    from api.sandbox.serving import token_for

    with _settings(quiet=True) as settings:
        print(token_for(settings, person))


# What `run` starts beside the database.
PROCESSES: dict[str, Callable[[], None]] = {
    "sandbox": sandbox,
    "serve": serve,
    "work": work,
}


def _settings(*, quiet: bool = False) -> "AbstractContextManager[Settings]":
    return telling.settings(_explanation, quiet=quiet)


def _explanation(error: Exception) -> str | None:
    # Imported only now, as the parts of the house are everywhere here.
    from api.sandbox.client import StoryStopped
    from api.serving import CannotListen

    known = isinstance(error, CannotListen | StoryStopped)
    return str(error) if known else telling.by_workers(error)


def main() -> None:
    app(prog_name="amtsweg")


if __name__ == "__main__":
    main()
