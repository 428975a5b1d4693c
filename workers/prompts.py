"""Questions to a person at the terminal, asked again until the answer makes sense.

What does not is answered with what to do; nothing is asked again without a word.
"""

import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches

import typer

from domain.errors import KeyUnknown
from domain.municipality.ags import is_ags
from domain.municipality.clerk_mail import ClerkMailMode
from domain.municipality.kreise import may_take_part
from domain.municipality.paying import PLATFORM_NAME

NOT_A_KEY = "A key has 8 digits, that of a Kreis 5, and begins with 05; e.g. 05562014."
YES, NO = ("y", "yes", "j", "ja"), ("", "n", "no", "nein")
REGION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

Check = Callable[[str], str]


def asked_key(ags: str | None) -> str:
    while ags is None or not may_take_part(ags):
        if ags is not None:
            typer.echo(" ".join(KeyUnknown.sentence().split()) if is_ags(ags) else NOT_A_KEY)
        ags = asked("Key of the municipality (AGS)")
    return ags


def asked(question: str, check: Check = str.strip, *, default: str | None = None) -> str:
    """Something has to be answered."""
    answer: str = typer.prompt(
        question,
        default=default or "",
        show_default=bool(default),
        value_proc=lambda text: check(_something(text)),
    )
    return answer


def or_later(question: str, check: Check = str.strip) -> str:
    """Return nothing where the person leaves it for later."""
    answer: str = typer.prompt(
        f"{question} (nothing: later)",
        default="",
        show_default=False,
        value_proc=lambda text: check(text) if text.strip() else "",
    )
    return answer


def sure(question: str) -> bool:
    answer: bool = typer.prompt(
        f"{question} [y/N]", default="", show_default=False, value_proc=_yes_or_no
    )
    return answer


def address_of(text: str) -> str:
    local, at, domain = text.strip().partition("@")
    if not (local and at and "." in domain) or any(sign.isspace() for sign in text.strip()):
        raise typer.BadParameter("write it like buergerservice@stadt.example")
    return text.strip()


def region_of(text: str) -> str:
    if not REGION.fullmatch(text):
        raise typer.BadParameter("use lower-case letters a-z, digits and hyphens only")
    return text


def platform_name(text: str) -> str:
    """As the platform names it; the whole of a mailbox or a link is something else."""
    if not re.fullmatch(PLATFORM_NAME, text.strip()):
        raise typer.BadParameter(
            "write the name that the platform gave you, e.g. stadtkasse; no mail address, no link"
        )
    return text.strip()


def asked_mode(question: str) -> ClerkMailMode:
    mode: ClerkMailMode = typer.prompt(
        f"{question}: {', '.join(ClerkMailMode)}",
        default=ClerkMailMode.IMMEDIATE.value,
        value_proc=_mode,
    )
    return mode


def some_of(question: str, known: Sequence[str]) -> Sequence[str]:
    """With commas between; nothing where the person leaves it for later."""
    typer.echo(f"There are: {', '.join(known)}")
    return listed(or_later(f"{question} (with commas between)", lambda text: _known(text, known)))


def listed(named: str) -> Sequence[str]:
    return [key.strip() for key in named.split(",") if key.strip()]


def _something(text: str) -> str:
    if not text.strip():
        raise typer.BadParameter("write something; Ctrl-C stops, and what was answered stays")
    return text.strip()


def _yes_or_no(text: str) -> bool:
    if text.strip().lower() not in (*YES, *NO):
        raise typer.BadParameter("answer y (yes) or n (no)")
    return text.strip().lower() in YES


def _mode(text: str) -> ClerkMailMode:
    try:
        return ClerkMailMode(text.strip().lower())
    except ValueError:
        raise typer.BadParameter(f"choose one of: {', '.join(ClerkMailMode)}") from None


def _known(text: str, known: Sequence[str]) -> str:
    for key in listed(text):
        if key not in known:
            near = get_close_matches(key, known, n=1, cutoff=0.5)
            meant = f"did you mean {near[0]}?" if near else "name some of those above"
            raise typer.BadParameter(f"{key} is none of them; {meant}")
    return text
