"""How many people live in some places: each of them once, whatever has become of their town."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from domain.municipality.municipality import Municipality, TownKind

Towns = Mapping[str, Municipality]


def people(found: Sequence[Municipality], towns: Towns, day: date) -> int | None:
    """None unless it is known of every town that is there on that day.

    A Kreis has no people besides those of its towns. Who asks for towns that have ended, and for
    no other, is told of them as they were.
    """
    places = [place for place in found if place.kind is not TownKind.KREIS] or found
    counted = [town for town in places if not _elsewhere(town, towns, day)] or places
    known = [town.population for town in counted if town.population is not None]
    return sum(known) if known and len(known) == len(counted) else None


def _elsewhere(town: Municipality, towns: Towns, day: date) -> bool:
    """Whether its people are in the figure of another town, or in none any more.

    Where the figure of whoever took over is older than the merger, they are in none but its own.
    """
    if town.closed_on is None:
        return False
    heirs = list(_heirs(town, towns))
    if any(_includes(heir, town, day) for heir in heirs):
        return True
    return town.ended_on(day) and (town.population is None or not heirs)


def _includes(heir: Municipality, town: Municipality, day: date) -> bool:
    if heir.population is None or town.closed_on is None:
        return False
    if heir.population_as_of is None:
        return town.ended_on(day)
    return heir.population_as_of >= town.closed_on


def _heirs(town: Municipality, towns: Towns) -> Iterator[Municipality]:
    """Who took it over, and who took that one over; no circle leads on for ever."""
    seen = {town.ags}
    while town.successor and town.successor not in seen and town.successor in towns:
        town = towns[town.successor]
        seen.add(town.ags)
        yield town
