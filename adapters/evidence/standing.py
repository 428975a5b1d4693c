"""How far the log is signed, and handed over: what there is to watch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adapters.evidence.anchors import kind_of, name_of
from adapters.evidence.checkpoints import Connection, news

LAST = """SELECT coalesce(max(number), 0), coalesce(max(size), 0),
    coalesce(extract(epoch FROM clock_timestamp() - max(made_at)), 0)::float8 FROM (
        SELECT number, size, made_at FROM checkpoints ORDER BY number DESC LIMIT 1) last"""
ANCHORED = "SELECT anchor, number FROM anchored"


@dataclass(frozen=True, slots=True)
class Lag:
    """`index`: its place in the settings; `checkpoints`: how many it has not been handed yet."""

    index: int
    kind: str
    checkpoints: int


@dataclass(frozen=True, slots=True)
class Standing:
    """`waiting_seconds`: since the first event that no checkpoint covers; 0 where all are."""

    size: int
    age_seconds: float
    waiting_seconds: float
    anchors: Sequence[Lag]


async def standing(connection: Connection, places: Sequence[str]) -> Standing:
    row = await (await connection.execute(LAST)).fetchone()
    number, size, age = row or (0, 0, 0.0)
    anchored: dict[str, int] = dict(await (await connection.execute(ANCHORED)).fetchall())
    waiting = await news(connection)
    return Standing(size, age, waiting.seconds, list(_lags(places, number, anchored)))


def _lags(places: Sequence[str], number: int, anchored: dict[str, int]) -> Iterator[Lag]:
    for index, place in enumerate(places):
        kind = kind_of(place)
        yield Lag(index, kind, number - anchored.get(name_of(place), 0))
