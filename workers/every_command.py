"""What holds for the command line as a whole, whichever command is run."""

from typing import Annotated

import typer


def _tell_version(asked: bool) -> None:  # noqa: FBT001 -- typer calls it so
    if asked:
        from adapters.version import VERSION

        typer.echo(f"amtsweg {VERSION}")
        raise typer.Exit


def every_command(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_tell_version, is_eager=True, help="Say which version this is."
        ),
    ] = False,
) -> None:
    """The command line of Amtsweg: what is run, and what an operator does by hand."""
