"""The commands of whoever keeps the catalogue: to seed it, and to take a municipality on board."""

from pathlib import Path
from typing import Annotated

import typer

from domain.municipality.onboarding import Step
from workers.telling import settings

commands = typer.Typer()


@commands.command()
def seed(
    folder: Annotated[
        Path | None,
        typer.Argument(exists=True, file_okay=False, help="Holds services/ and municipalities/."),
    ] = None,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what it would change.")
    ] = False,
    suspend: Annotated[
        bool, typer.Option("--suspend", help="Suspend what is live and named no more.")
    ] = False,
) -> None:
    """Bring the catalogue to what the files of a folder say.

    Without a folder: that of AMTSWEG_CATALOGUE, or the built-in one. Safe to run twice: what is as
    the files say is left alone. What a municipality's file brought and names no more is ended; a
    file that would suspend a live service is applied with --suspend only.
    """
    from adapters.postgres.finding import database
    from adapters.postgres.schema import require_prepared
    from workers.seeding import files_of, seed_by_hand, tell_what_seeding_would_do

    with settings() as given:
        files = files_of(given, folder)
        with database(given) as url:
            require_prepared(url)
            do = tell_what_seeding_would_do if dry_run else seed_by_hand
            do(url, files, suspend=suspend)


@commands.command()
def onboard(
    ags: Annotated[str | None, typer.Argument(help="The key of the municipality.")] = None,
    again: Annotated[
        Step | None,
        typer.Option(metavar="STEP", help="Ask once more, e.g. for payment-platform."),
    ] = None,
) -> None:
    """Take a municipality through the seven steps.

    Each answer is recorded at once; the next time it goes on where it was.
    """
    from adapters.postgres.finding import database
    from adapters.postgres.schema import require_prepared
    from workers.onboarding import walk_through

    with settings() as given, database(given) as url:
        require_prepared(url)
        walk_through(url, ags, again)
