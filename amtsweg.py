"""The command line of Amtsweg: what is run, and what an operator does by hand."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from adapters.settings import Settings

app = typer.Typer(
    help=__doc__,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.command()
def run(
    *,
    story: Annotated[bool, typer.Option(help="Play the library card's own case first.")] = True,
    stay: Annotated[bool, typer.Option(help="Keep running afterwards.")] = True,
) -> None:
    """Run everything on this machine, and the story."""
    from workers.stopping import Stop

    stop = Stop.listening()
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
    from adapters.postgres.schema import prepared_database
    from api import serving
    from api.app import create_app
    from api.sandbox.loopback import require_real_issuers

    with _settings() as settings, prepared_database(settings) as url:
        bind = host or settings.host
        require_real_issuers(settings, bind)
        server = serving.listen(bind, settings.port if port is None else port)
        serving.serve(create_app(settings, url), server)


@app.command()
def work(
    names: Annotated[
        list[str] | None, typer.Argument(help="Runners; all where none is named.")
    ] = None,
) -> None:
    """Run the workers, all of them or those named."""
    from adapters.postgres.schema import prepared_database
    from workers.work import work_until_told

    with _settings() as settings, prepared_database(settings) as url:
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
    from adapters.postgres.schema import bring_up_to_date

    with _settings(quiet=True) as settings, database(settings) as url:
        for name in bring_up_to_date(url) or ["nothing to do"]:
            print(name)


@app.command()
def rebuild(name: Annotated[str, typer.Argument(help="A read model, e.g. worklist_v1.")]) -> None:
    """Build a read model anew from the log.

    It is built beside the live one and then switched; reads go on.
    """
    from adapters.postgres.finding import database
    from workers.maintenance import rebuild_read_model

    with _settings(quiet=True) as settings, database(settings) as url:
        rebuild_read_model(url, name)


@app.command()
def replay(
    application: Annotated[str, typer.Argument(help="The id of an application.")],
    version: Annotated[int | None, typer.Option(min=1, help="As it was at this version.")] = None,
    at: Annotated[str | None, typer.Option(help="As recorded at this moment (RFC 3339).")] = None,
) -> None:
    """Print the history of an application."""
    from adapters.postgres.finding import database
    from workers.maintenance import print_history

    with _settings(quiet=True) as settings, database(settings) as url:
        print_history(url, application, version, at)


@app.command()
def verify() -> None:
    """Check the log and what was made of it.

    Exits with 1 when something is wrong, and names it.
    """
    from adapters.postgres.finding import database
    from workers.maintenance import verify_everything

    with _settings(quiet=True) as settings, database(settings) as url:
        sound = verify_everything(url)
    raise typer.Exit(0 if sound else 1)


@app.command()
def token(
    person: Annotated[str, typer.Argument(help="A role (citizen, clerk, auditor, ...) or a name.")],
) -> None:
    """Print an access token of the sandbox."""
    from api.sandbox.serving import token_for

    with _settings(quiet=True) as settings:
        print(token_for(settings, person))


@app.command()
def events() -> None:
    """Print the reference of all events as Markdown."""
    from adapters.event_names import EVENT_TYPES
    from adapters.event_reference import reference

    print(reference(EVENT_TYPES), end="")


# What `run` starts beside the database.
PROCESSES: dict[str, Callable[[], None]] = {
    "sandbox": sandbox,
    "serve": serve,
    "work": work,
}


@contextmanager
def _settings(*, quiet: bool = False) -> Iterator["Settings"]:
    """What a person can mend is said in a sentence; anything else keeps its traceback.

    `quiet`: a person reads the terminal, so only warnings are logged there.
    """
    from adapters.beginning import begin

    try:
        yield begin(logging.WARNING if quiet else logging.INFO)
    except Exception as error:
        said = _explanation(error)
        if said is None:
            raise
        typer.echo(f"amtsweg: {said}", err=True)
        raise typer.Exit(2) from None


def _explanation(error: Exception) -> str | None:
    # Imported only now: they know every part of the house.
    from api.sandbox.client import StoryStopped
    from api.serving import CannotListen
    from workers.explaining import explanation

    return str(error) if isinstance(error, CannotListen | StoryStopped) else explanation(error)


def main() -> None:
    app(prog_name="amtsweg")


if __name__ == "__main__":
    main()
