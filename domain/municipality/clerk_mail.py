"""When an office is told by mail of what came, and who is told nothing in a pilot."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
EVERYWHERE = ""  # in place of an office or a service: all that have none of their own


class ClerkMailMode(StrEnum):
    """At once, in one mail a working day, or never. What is overdue is told at once in any case."""

    IMMEDIATE = "immediate"
    DIGEST = "digest"
    NONE = "none"


class Audience(StrEnum):
    APPLICANTS = "applicants"
    OFFICES = "offices"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClerkMail:
    """`digest_at`: from this time of the town on, `HH:MM`. `unsubscribed`: its readers ended it.

    `chosen_at`: when; chosen again, it is the same choice.
    """

    mode: ClerkMailMode = ClerkMailMode.IMMEDIATE
    digest_at: str = "07:00"
    unsubscribed: bool = False
    chosen_at: datetime | None = field(default=None, compare=False)


USUAL = ClerkMail()


def having(
    chosen: Mapping[str, ClerkMail], office: str | None, one: ClerkMail
) -> Mapping[str, ClerkMail]:
    return {**chosen, office or EVERYWHERE: one}


def unsubscribed(chosen: Mapping[str, ClerkMail], office: str) -> Mapping[str, ClerkMail]:
    before = clerk_mail_of(chosen, office)
    return having(chosen, office, replace(before, mode=ClerkMailMode.NONE, unsubscribed=True))


def clerk_mail_of(chosen: Mapping[str, ClerkMail], office: str) -> ClerkMail:
    return chosen.get(office) or chosen.get(EVERYWHERE) or USUAL


def quiet_for(quiet: Mapping[str, tuple[Audience, ...]], service: str) -> tuple[Audience, ...]:
    return quiet.get(service, quiet.get(EVERYWHERE, ()))
