"""Seeds a database with the catalogue of a folder, and says what that changed."""

from datetime import UTC, datetime
from pathlib import Path

import typer
import uvloop

from adapters.catalogue.errors import CatalogueIsInvalid, WouldSuspend
from adapters.catalogue.loading import BUILT_IN, Files, read_files
from adapters.catalogue.seeding import Report, Seeded, Seeding
from adapters.catalogue.source import Problem
from adapters.settings import Settings
from workers.cataloguing import opened
from workers.progress import progress

ANYTHING = "SELECT EXISTS (SELECT FROM events)"


def files_of(settings: Settings, folder: Path | None = None) -> Files:
    """Raise CatalogueIsInvalid."""
    return read_files(folder or settings.catalogue or BUILT_IN)


def seed_by_hand(url: str, files: Files, *, suspend: bool) -> None:
    """Raise CatalogueIsInvalid or WouldSuspend at the end, for what was not applied."""
    with progress("Seeding") as report:
        seeded = uvloop.run(_seed(url, files, report, suspend=suspend))
    _tell(seeded)


def tell_what_seeding_would_do(url: str, files: Files, *, suspend: bool) -> None:
    """Raise as `seed_by_hand` would."""
    typer.echo("Nothing is recorded; this would be:")
    _tell(uvloop.run(_foresee(url, files, suspend=suspend)))


def _tell(seeded: Seeded) -> None:
    for change in seeded.changes:
        typer.echo(change)
    if not any(seeded):
        typer.echo("nothing to do")
    _raise_what_was_refused(seeded)


def _raise_what_was_refused(seeded: Seeded) -> None:
    if seeded.problems:
        raise CatalogueIsInvalid([*seeded.problems, *seeded.withheld])
    if seeded.withheld:
        raise WouldSuspend(seeded.withheld)


def seed_quietly(url: str, files: Files) -> list[Problem]:
    """Return what was not applied as it would suspend; raise CatalogueIsInvalid once all else was.

    Nobody is there who could be asked.
    """
    seeded = uvloop.run(_seed(url, files, lambda _done, _total: None, suspend=False))
    if seeded.problems:
        raise CatalogueIsInvalid(seeded.problems)
    return seeded.withheld


def seed_where_nothing_is(url: str, files: Files) -> None:
    """Leave a catalogue alone that somebody keeps."""
    if not uvloop.run(_is_seeded(url)):
        seed_quietly(url, files)


async def _is_seeded(url: str) -> bool:
    async with opened(url) as office:
        return bool((await office.log.rows(ANYTHING))[0][0])


async def seed(url: str, files: Files, report: Report, *, suspend: bool = False) -> list[str]:
    """Return what was changed; raise CatalogueIsInvalid or WouldSuspend once all else was."""
    seeded = await _seed(url, files, report, suspend=suspend)
    _raise_what_was_refused(seeded)
    return seeded.changes


async def _seed(url: str, files: Files, report: Report, *, suspend: bool) -> Seeded:
    async with opened(url) as office:
        return await Seeding(office, datetime.now(UTC), suspend=suspend).seed(files, report)


async def _foresee(url: str, files: Files, *, suspend: bool) -> Seeded:
    async with opened(url) as office:
        return await Seeding(office, datetime.now(UTC), suspend=suspend).foresee(files)
