"""The built-in catalogue for tests of single parts, in a log that holds nothing of it."""

from copy import copy
from dataclasses import replace
from typing import Any

from adapters.bootstrap import Parts
from adapters.catalogue.live import LiveCatalogue
from adapters.catalogue.loading import load
from domain.municipality.clerk_mail import EVERYWHERE, ClerkMail, ClerkMailMode


class Standing(LiveCatalogue):
    """It stays what it was given, whatever is recorded."""

    async def catch_up(self) -> None:
        pass


def with_built_in(parts: Parts) -> Parts:
    """Let these parts see the catalogue without an event; what is recorded later joins nothing."""
    live = Standing(parts.log)
    live.snapshot = parts.live_catalogue.snapshot = load()  # who asks for towns has it from there
    return replace(parts, live_catalogue=live)


def telling_applicants_only(parts: Parts) -> Parts:
    """Offices want no mail but of what is overdue, so that a test of letters sees those alone."""
    nothing = {EVERYWHERE: ClerkMail(mode=ClerkMailMode.NONE)}
    for town in parts.catalogue.municipalities:
        parts = with_town(parts, town.ags, clerk_mail=nothing)
    return parts


def with_town(parts: Parts, ags: str, **changes: Any) -> Parts:
    """The same parts, except that one town is another in the catalogue they see."""
    seen = parts.catalogue
    live = copy(parts.live_catalogue)
    other = replace(seen.municipality(ags), **changes)
    live.snapshot = replace(seen, by_ags={**seen.by_ags, ags: other})
    return replace(parts, live_catalogue=live)
