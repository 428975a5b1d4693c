"""Has a town taken a service on, and does its file still name it?"""

from collections.abc import Iterable
from datetime import date

from domain.municipality.adoption import Adoption, AdoptionState, Text
from domain.municipality.municipality import Municipality

# What is recorded as the reason, for whoever reads the log; before `by_file` it was what told.
NOT_IN_FILE = (
    "Die Datei der Kommune nennt diese Leistung nicht mehr. / "
    "The municipality's file does not name this service any more."
)
NOT_IN_FILE_ONCE = "Die Datei der Kommune nennt diese Leistung nicht mehr."
# What it means for whoever wants to apply: they know of no file.
NOT_ONLINE_NOW: Text = {
    "de": "Die Kommune bietet diese Leistung zurzeit nicht online an. "
    "Bitte wenden Sie sich direkt an sie.",
    "en": "The municipality does not offer this service online at the moment. "
    "Please turn to it directly.",
}


def left_file(adoption: Adoption) -> bool:
    """The sentence tells, too: what was suspended before `by_file` was recorded."""
    by_file = adoption.suspended_by_file or adoption.suspended_because == NOT_IN_FILE_ONCE
    return adoption.state is AdoptionState.SUSPENDED and by_file


def taken_on(adoption: Adoption, day: date) -> bool:
    """Whether the town carries it out by then, or only prepares it; a pause does not count."""
    begun = adoption.state is not AdoptionState.ADOPTED and not left_file(adoption)
    return begun and (adoption.live_since is None or adoption.live_since <= day)


def adopters(
    towns: Iterable[Municipality], service: str, version: int, today: date
) -> tuple[str, ...]:
    """A town that is going to end offers it until then; one whose file left it out does not.

    Whoever names it again in the file then has to name a version that is not retired.
    """
    return tuple(
        town.ags
        for town in towns
        if not town.ended_on(today)
        and (adoption := town.services.get(service))
        and adoption.version == version
        and not left_file(adoption)
    )
