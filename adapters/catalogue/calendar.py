"""The working calendar of a town: public holidays and its own closing days, around a day."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from adapters.catalogue.public_holidays import public_holidays
from adapters.catalogue.same_object import SameObject
from domain.municipality.municipality import Municipality
from domain.working_days import WorkingCalendar


def working_calendar(municipality: Municipality, around: date) -> WorkingCalendar:
    """Knows the year of `around`, the one before and the one after."""
    return _calendar(SameObject(municipality.closing_days), around.year)


# By the closing days, not by the ags: a reloaded catalogue must not find its old days here.
@lru_cache(maxsize=2048)
def _calendar(town: SameObject[Mapping[date, str]], year: int) -> WorkingCalendar:
    years = range(year - 1, year + 2)
    own = {day: name for day, name in town.it.items() if day.year in years}
    public = {day: name for each in years for day, name in public_holidays(each).items()}
    return WorkingCalendar(closed=MappingProxyType(own | public))
