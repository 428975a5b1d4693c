"""What an operator does by hand: rebuild a read model, read a history."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from difflib import get_close_matches
from typing import NamedTuple
from uuid import UUID

import typer
import uvloop
from rich.console import Console

from adapters.catalogue.streams import municipality_stream, service_stream
from adapters.collector import settle
from adapters.event_store.errors import StoreError
from adapters.event_store.log import END, EventLog
from adapters.event_store.mapping import event_mapper
from adapters.event_store.recorded import Recorded
from adapters.personal_data.key_ring import KeyRing
from adapters.personal_data.sealing import SealBroken
from adapters.postgres.connecting import OPTIONS, connect, pool
from adapters.read_models.rebuild import rebuild
from domain.municipality.ags import is_ags
from domain.saying import SaysWhatToDo
from projections.catalogue import PROJECTIONS
from workers.history_text import history_text
from workers.noted_readings import note_reading
from workers.progress import progress

NOT_BOTH = "give --version or --at, not both."
CHANGED = "from there on this history may be another one; run `verify`."


SERVICE_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
NEARLY_AN_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{8,}|[0-9a-f]{32}|[0-9]+")


class ReadModelUnknown(Exception):
    """There is no such read model."""

    def __str__(self) -> str:
        names = [projection.name for projection in PROJECTIONS]
        nearest = get_close_matches(self.args[0], names, n=1, cutoff=0.5)
        meant = f"did you mean {nearest[0]}? There" if nearest else "there"
        return f"There is no read model {self.args[0]}; {meant} are: {', '.join(names)}."


class ApplicationUnknown(SaysWhatToDo):
    """There is nothing with this id or key, or it did not exist yet."""


class VersionUnknown(Exception):
    """It has no such version yet."""

    def __str__(self) -> str:
        asked, last = self.args
        return f"There is no version {asked} yet; the last one is {last}."


class NotAnId(Exception):
    """Give an id as it is shown, e.g. 018f3c1e-7d2a-7b90-8c3e-2f1a9b4c5d6e."""

    def __str__(self) -> str:
        return " ".join((self.__doc__ or "").split())


class NamesNoHistory(NotAnId):
    """Give an id as it is shown, e.g. 018f3c1e-7d2a-7b90-8c3e-2f1a9b4c5d6e, the key of a service,
    e.g. library-card, or the AGS of a town with its leading zero, e.g. 05911000.
    """


class NotAMoment(SaysWhatToDo):
    """Give the moment with its time zone, e.g. 2026-03-31T14:00:00+02:00."""


def rebuild_read_model(url: str, name: str) -> None:
    projection = next((p for p in PROJECTIONS if p.name == name), None)
    if projection is None:
        raise ReadModelUnknown(name)
    with progress(f"Rebuilding {name}") as report:
        settle()
        done = uvloop.run(rebuild(url, projection, event_mapper(), report))
    Console().print(
        f"{done.events} events read, {done.rows} rows, {done.differing} differed "
        f"from the live table, {done.seconds:.1f} s."
    )


def print_history(
    url: str, keys: KeyRing, stream: str, version: int | None, at: str | None
) -> None:
    if version is not None and at is not None:
        raise typer.BadParameter(NOT_BOTH)
    stream_id = _stream(stream)
    known = moment(at) if at else None
    told = asyncio.run(_told(url, keys, stream_id, version, known))
    if told.history:
        typer.echo(history_text(told.history))
    if told.broken:
        typer.echo(f"Version {told.broken} is not what was recorded: {CHANGED}")
        raise typer.Exit(1)
    if not told.history:
        raise ApplicationUnknown


def _stream(named: str) -> UUID:
    if is_ags(named):
        return municipality_stream(named)
    if SERVICE_KEY.fullmatch(named) and not NEARLY_AN_ID.fullmatch(named):
        return service_stream(named)
    try:
        return UUID(named)
    except ValueError:
        raise NamesNoHistory from None


def moment(at: str) -> datetime:
    """Raise NotAMoment."""
    try:
        found = datetime.fromisoformat(at)
    except ValueError:
        raise NotAMoment from None
    if found.tzinfo is None:
        raise NotAMoment
    return found


class Told(NamedTuple):
    """`broken`: the first version that was changed behind the log's back."""

    history: list[Recorded]
    broken: int | None


async def _told(
    url: str, keys: KeyRing, stream_id: UUID, version: int | None, at: datetime | None
) -> Told:
    """Raise VersionUnknown."""
    async with _log(url, keys) as log:
        broken = await log.first_broken(stream_id, version or END)
        try:
            history = await log.history(stream_id, version=version or END, at=at)
        except (StoreError, SealBroken, ValueError):
            if broken is None:
                raise
            history = await log.history(stream_id, version=broken - 1, at=at)
        if version and history and not broken and version > history[-1].version:
            raise VersionUnknown(version, history[-1].version)
        await note_reading(log, history)
    return Told(history, broken)


@asynccontextmanager
async def _log(url: str, keys: KeyRing | None = None) -> AsyncIterator[EventLog]:
    await (await connect(url)).close()  # says at once what a pool would try again and again
    async with pool(url, 2, f"{OPTIONS} -c statement_timeout=0") as reading:
        yield EventLog(reading, event_mapper(keys))
