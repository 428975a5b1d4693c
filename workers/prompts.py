"""Questions to a person at the terminal, asked again until the answer makes sense."""

from collections.abc import Callable, Sequence

import typer

from domain.errors import KeyUnknown
from domain.municipality.ags import is_ags
from domain.municipality.clerk_mail import ClerkMailMode
from domain.municipality.kreise import may_take_part

NOT_A_KEY = "A key has 8 digits, that of a Kreis 5, and begins with 05; e.g. 05562014."


def asked_key(ags: str | None) -> str:
    while ags is None or not may_take_part(ags):
        if ags is not None:
            typer.echo(" ".join(KeyUnknown.sentence().split()) if is_ags(ags) else NOT_A_KEY)
        ags = typer.prompt("Key of the municipality (AGS)")
    return ags


def or_later(question: str, check: Callable[[str], str] = str.strip) -> str:
    """Return nothing where the person leaves it for later."""
    answer: str = typer.prompt(
        f"{question} (nothing: later)",
        default="",
        show_default=False,
        value_proc=lambda text: check(text) if text.strip() else "",
    )
    return answer


def address_of(text: str) -> str:
    local, at, domain = text.strip().partition("@")
    if not (local and at and "." in domain) or any(sign.isspace() for sign in text.strip()):
        raise typer.BadParameter("write it like buergerservice@stadt.example")
    return text.strip()


def asked_mode(question: str) -> ClerkMailMode:
    mode: ClerkMailMode = typer.prompt(question, default=ClerkMailMode.IMMEDIATE, value_proc=_mode)
    return mode


def _mode(text: str) -> ClerkMailMode:
    try:
        return ClerkMailMode(text.strip().lower())
    except ValueError:
        raise typer.BadParameter(f"choose one of: {', '.join(ClerkMailMode)}") from None


def listed(named: str) -> Sequence[str]:
    return [key.strip() for key in named.split(",") if key.strip()]
