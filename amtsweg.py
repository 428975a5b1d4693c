"""The command line of Amtsweg: run, serve, work, migrate, rebuild, replay, verify, token."""

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
    from workers.process_tree import import_once

    # Begun first: the processes' imports take longer than the start of the database.
    import_once(["__main__", "api.app", "api.sandbox.app", "workers.work"])
    from api.sandbox.story import tell
    from workers.running import Addresses, run_everything

    def tell_story(addresses: Addresses) -> None:
        tell(addresses.api, addresses.sandbox)

    with _said_plainly():
        run_everything(_settings(quiet=True), PROCESSES, tell_story if story else None, stay=stay)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Serve the HTTP API."""
    from adapters.postgres.finding import database
    from api.app import create_app
    from api.sandbox.loopback import require_real_issuers
    from api.serving import listen
    from api.serving import serve as serve_app

    settings = _settings()
    with _said_plainly(), database(settings) as url:
        bind = host or settings.host
        require_real_issuers(settings, bind)
        server = listen(bind, settings.port if port is None else port)
        serve_app(create_app(settings, url), server)


@app.command()
def work(
    names: Annotated[
        list[str] | None, typer.Argument(help="Runners; all where none is named.")
    ] = None,
) -> None:
    """Run the workers, all of them or those named."""
    from adapters.postgres.finding import database
    from workers.work import work_until_told

    settings = _settings()
    with _said_plainly(), database(settings) as url:
        work_until_told(settings, url, names or [])


@app.command()
def sandbox() -> None:
    """Play the third parties, on loopback only."""
    from urllib.parse import urlsplit

    from adapters.catalogue.loading import BUILT_IN, load
    from api.sandbox.app import create_sandbox
    from api.serving import listen
    from api.serving import serve as serve_app

    settings = _settings()
    with _said_plainly():
        address = urlsplit(settings.sandbox_url)
        played = create_sandbox(
            settings.sandbox_home,
            settings.sandbox_url,
            settings.smtp_port,
            load(settings.catalogue or BUILT_IN),
        )
        serve_app(played, listen(address.hostname or "", address.port or 80))


@app.command()
def migrate() -> None:
    """Bring the database to what this version needs.

    Safe to run twice, and by two at once.
    """
    from adapters.postgres.finding import database
    from adapters.postgres.schema import bring_up_to_date

    with _said_plainly(), database(_settings(quiet=True)) as url:
        for name in bring_up_to_date(url) or ["nothing to do"]:
            print(name)


@app.command()
def rebuild(name: Annotated[str, typer.Argument(help="A read model, e.g. worklist_v1.")]) -> None:
    """Build a read model anew from the log.

    It is built beside the live one and then switched; reads go on.
    """
    from adapters.postgres.finding import database
    from workers.maintenance import rebuild_read_model

    with _said_plainly(), database(_settings(quiet=True)) as url:
        rebuild_read_model(url, name)


@app.command()
def replay(
    application: Annotated[str, typer.Argument(help="The id of an application.")],
    version: Annotated[int | None, typer.Option(help="As it was at this version.")] = None,
    at: Annotated[str | None, typer.Option(help="As recorded at this moment (RFC 3339).")] = None,
) -> None:
    """Print the history of an application."""
    from adapters.postgres.finding import database
    from workers.maintenance import print_history

    with _said_plainly(), database(_settings(quiet=True)) as url:
        print_history(url, application, version, at)


@app.command()
def verify() -> None:
    """Check the log and what was made of it.

    Exits with 1 when something is wrong, and names it.
    """
    from adapters.postgres.finding import database
    from workers.maintenance import verify_everything

    with _said_plainly(), database(_settings(quiet=True)) as url:
        if not verify_everything(url):
            raise typer.Exit(1)


@app.command()
def token(
    person: Annotated[str, typer.Argument(help="A role (citizen, clerk, auditor, ...) or a name.")],
) -> None:
    """Print an access token of the sandbox."""
    from datetime import UTC, datetime

    from adapters.postgres.finding import running
    from api.sandbox.issuer import DevelopmentIssuer

    settings = _settings(quiet=True)
    with _said_plainly():
        sandbox_url = running(settings.home).get("sandbox", settings.sandbox_url)
        issuer = DevelopmentIssuer(settings.sandbox_home, f"{sandbox_url}/issuer")
        print(issuer.sign(person, datetime.now(UTC)))


@app.command()
def events() -> None:
    """Print the reference of all events as Markdown."""
    from adapters.event_names import EVENT_TYPES
    from adapters.event_reference import reference

    print(reference(EVENT_TYPES), end="")


def _serve_as_set() -> None:
    serve(None, None)


def _work_at_everything() -> None:
    work([])


# What `run` starts beside the database.
PROCESSES: dict[str, Callable[[], None]] = {
    "sandbox": sandbox,
    "serve": _serve_as_set,
    "work": _work_at_everything,
}


def _settings(*, quiet: bool = False) -> "Settings":
    """`quiet`: a person reads the terminal, so only warnings are logged there."""
    import logging
    from os import environ

    from adapters.event_store.recorder import refuse_unsafe
    from adapters.logging import configure_logging
    from adapters.settings import Settings

    configure_logging(logging.WARNING if quiet else logging.INFO)
    refuse_unsafe(environ)
    return Settings()


@contextmanager
def _said_plainly() -> Iterator[None]:
    """What a person can mend is said in a sentence; anything else keeps its traceback."""
    try:
        yield
    except Exception as error:
        # Imported only now: it knows every part of the house.
        from workers.explaining import EXPLAINED

        if not isinstance(error, EXPLAINED):
            raise
        typer.echo(f"amtsweg: {error}", err=True)
        raise typer.Exit(2) from None


def main() -> None:
    app(prog_name="amtsweg")


if __name__ == "__main__":
    main()
