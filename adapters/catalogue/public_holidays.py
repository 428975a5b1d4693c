"""The public holidays of North Rhine-Westphalia, with their German names."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from dateutil.easter import easter


@lru_cache(maxsize=256)
def public_holidays(year: int) -> Mapping[date, str]:
    # Imported late: it takes as long as the rest of the catalogue, and only deadlines need it.
    from holidays.countries.germany import Germany

    days = Germany(subdiv="NW", years=year, language="de", expand=False)
    return MappingProxyType(dict(sorted(days.items())))


def easter_sunday(year: int) -> date:
    return easter(year)
