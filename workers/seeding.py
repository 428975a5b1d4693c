"""Seeds a database with the catalogue of a folder, and says what that changed."""

from datetime import UTC, datetime
from pathlib import Path

import typer
import uvloop

from adapters.catalogue.errors import CatalogueIsInvalid
from adapters.catalogue.loading import BUILT_IN, Files, read_files
from adapters.catalogue.seeding import Report, Seeded, Seeding
from adapters.settings import Settings
from workers.cataloguing import opened
from workers.progress import progress

ANYTHING = "SELECT EXISTS (SELECT FROM events)"


def files_of(settings: Settings, folder: Path | None = None) -> Files:
    """Raise CatalogueIsInvalid."""
    return read_files(folder or settings.catalogue or BUILT_IN)


def seed_by_hand(url: str, files: Files) -> None:
    """Raise CatalogueIsInvalid at the end, where something conflicts with what is recorded."""
    with progress("Seeding") as report:
        changes, problems = uvloop.run(_seed(url, files, report))
    for change in changes or ["nothing to do"]:
        typer.echo(change)
    if problems:
        raise CatalogueIsInvalid(problems)


def seed_quietly(url: str, files: Files) -> None:
    uvloop.run(seed(url, files, lambda _done, _total: None))


def seed_where_nothing_is(url: str, files: Files) -> None:
    """Leave a catalogue alone that somebody keeps."""
    if not uvloop.run(_is_seeded(url)):
        seed_quietly(url, files)


async def _is_seeded(url: str) -> bool:
    async with opened(url) as office:
        return bool((await office.log.rows(ANYTHING))[0][0])


async def seed(url: str, files: Files, report: Report) -> list[str]:
    """Return what was changed; raise CatalogueIsInvalid once all else was."""
    changes, problems = await _seed(url, files, report)
    if problems:
        raise CatalogueIsInvalid(problems)
    return changes


async def _seed(url: str, files: Files, report: Report) -> Seeded:
    async with opened(url) as office:
        return await Seeding(office, datetime.now(UTC)).seed(files, report)
