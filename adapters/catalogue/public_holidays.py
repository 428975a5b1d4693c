"""The public holidays of North Rhine-Westphalia, with their German names."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

from holidays.countries.germany import Germany


@lru_cache(maxsize=256)
def public_holidays(year: int) -> Mapping[date, str]:
    days = Germany(subdiv="NW", years=year, language="de", expand=False)
    return MappingProxyType(dict(sorted(days.items())))


def easter_sunday(year: int) -> date:
    monday = next(day for day, name in public_holidays(year).items() if name == "Ostermontag")
    return monday - timedelta(days=1)
