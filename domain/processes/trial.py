"""Is the portal of a municipality on trial, so that whoever comes to it is counted as a pilot?"""

from datetime import datetime

from domain.municipality.municipality import Municipality, Phase


def on_trial(town: Municipality, moment: datetime) -> bool:
    """Whether it was in its pilot phase then; nobody goes back into it."""
    live_later = town.went_live_at is not None and moment < town.went_live_at
    return town.phase is Phase.PILOT or live_later
