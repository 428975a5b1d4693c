"""Reads the catalogue's folder, and says of every mistake where it is and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path

from adapters.catalogue.building import definition
from adapters.catalogue.catalogue import Catalogue
from adapters.catalogue.errors import CatalogueIsInvalid
from adapters.catalogue.municipality_building import municipality
from adapters.catalogue.municipality_checks import adoption_problems, municipality_problems
from adapters.catalogue.municipality_document import MunicipalityDocument
from adapters.catalogue.planning import plan
from adapters.catalogue.reading import Entry, Reading, read
from adapters.catalogue.service_checks import service_problems
from adapters.catalogue.service_document import ServiceDocument
from adapters.catalogue.source import Problem, Source
from adapters.catalogue.terms import UNKNOWN, of_definition
from domain.errors import Refused
from domain.municipality.commands import VersionTerms
from domain.municipality.decisions import MUNICIPALITY
from domain.municipality.municipality import Municipality
from domain.service.definition import ServiceDefinition

BUILT_IN = Path(__file__).parent
ONCE = datetime(2000, 1, 1, tzinfo=UTC)  # what is loaded is the same at any moment
NOON = time(12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Definition:
    """A definition and the file it stands in."""

    source: Source
    definition: ServiceDefinition


@dataclass(frozen=True, slots=True)
class Files:
    """All that a folder holds, each file sound in itself and with the others."""

    services: tuple[Definition, ...]
    towns: tuple[Entry[MunicipalityDocument], ...]


def read_files(folder: Path) -> Files:
    """`folder` holds services/*.toml and municipalities/*.toml; raises `CatalogueIsInvalid`."""
    services = read(folder / "services", ServiceDocument)
    towns = read(folder / "municipalities", MunicipalityDocument)
    if problems := _problems(services, towns):
        raise CatalogueIsInvalid(problems)
    definitions = tuple(Definition(entry.source, definition(entry)) for entry in services.entries)
    return Files(definitions, towns.entries)


def load(folder: Path = BUILT_IN) -> Catalogue:
    """Return the catalogue as it is once this folder is seeded into an empty log."""
    files = read_files(folder)
    definitions = {(d.definition.key, d.definition.version): d.definition for d in files.services}
    towns = [_seeded(entry, definitions) for entry in files.towns]
    return Catalogue(by_ags={town.ags: town for town in towns}, by_version=definitions)


def _seeded(
    entry: Entry[MunicipalityDocument], definitions: Mapping[tuple[str, int], ServiceDefinition]
) -> Municipality:
    def terms(service: str, version: int) -> VersionTerms:
        found = definitions.get((service, version))
        return of_definition(found) if found else UNKNOWN

    wanted = plan(entry, MUNICIPALITY.initial, terms, _moment(entry.document))
    assert wanted is not None  # noqa: S101 -- nothing was applied before
    try:
        return municipality(MUNICIPALITY.fold(MUNICIPALITY.decide(MUNICIPALITY.initial, wanted)))
    except Refused as refused:
        raise CatalogueIsInvalid([entry.source.problem(("ags",), str(refused))]) from None


def _moment(town: MunicipalityDocument) -> datetime:
    """When its payment account is valid and its people are counted; else it makes no difference."""
    account = town.payment
    valid = (account.valid_from or account.valid_until) if account else None
    days = [day for day in (valid, town.population_as_of) if day]
    return datetime.combine(max(days), NOON) if days else ONCE


def _problems(
    services: Reading[ServiceDocument], towns: Reading[MunicipalityDocument]
) -> list[Problem]:
    problems = [*services.problems, *towns.problems]
    problems += service_problems(services.entries, services.halves)
    problems += municipality_problems(towns.entries, towns.halves)
    known = {(s.key, s.version): s for s in (entry.document for entry in services.entries)}
    # A service that could not be read must not seem not to exist.
    problems += adoption_problems(
        (*towns.entries, *towns.halves), known, are_all=not services.problems
    )
    return problems
