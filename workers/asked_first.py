"""What cannot be undone is asked for first, of a person at a terminal."""

import sys

import typer

NOBODY_TO_ASK = "this cannot be undone, and there is no terminal to ask at; say --yes to do it."
NOBODY_ANSWERS = (
    "This command asks questions, and the answers ended; run it again at a terminal. What was "
    "answered stays."
)


def require_yes(question: str) -> None:
    """Raise BadParameter where nobody can be asked, and Abort where the answer is no."""
    if not at_terminal():
        raise typer.BadParameter(NOBODY_TO_ASK)
    typer.confirm(question, abort=True)


def at_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()
