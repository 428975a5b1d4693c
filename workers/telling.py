"""What a person can mend is told in a sentence; anything else keeps its traceback."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from workers.asked_first import NOBODY_ANSWERS, at_terminal

if TYPE_CHECKING:
    from adapters.settings import Settings

Explain = Callable[[Exception], str | None]


def by_workers(error: Exception) -> str | None:
    # Imported only now: it knows every part of the house.
    from workers.explaining import explanation

    return explanation(error)


@contextmanager
def settings(explain: Explain = by_workers, *, quiet: bool = True) -> Iterator["Settings"]:
    """`quiet`: a person reads the terminal, so only warnings are logged there."""
    from adapters.beginning import begin

    try:
        yield begin(logging.WARNING if quiet else logging.INFO)
    except Exception as error:
        said = explain(error)
        if said is None:
            raise
        typer.echo(f"amtsweg: {said}", err=True)
        raise typer.Exit(2) from None


class PlainCommands(TyperGroup):
    """Says of a wrong option what the library says, without its word for programmers; and of
    answers that ended what to do, where it says that it was aborted.
    """

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = error.message.removeprefix("Value error, ")
            raise
        except typer.Abort:
            if at_terminal():  # it was a person who said no, or stopped
                raise
            typer.echo(f"\namtsweg: {NOBODY_ANSWERS}", err=True)
            raise typer.Exit(2) from None


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
