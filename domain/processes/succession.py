"""Who carries on the work of a municipality that was merged into another one?"""

from collections.abc import Mapping
from datetime import date

from domain.municipality.municipality import Municipality


def in_charge(ags: str, towns: Mapping[str, Municipality], today: date) -> str:
    """Return the key itself, or that of who took over, however often that happened.

    Of one that was closed and taken over by nobody it is its own. No circle leads on for ever.
    """
    seen = {ags}
    while (town := towns.get(ags)) and town.ended_on(today) and town.successor:
        if town.successor in seen:
            break
        ags = town.successor
        seen.add(ags)
    return ags
