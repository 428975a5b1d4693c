"""Loads the catalogue from its folder, and says of every mistake where it is and what to do."""

from pathlib import Path

from adapters.catalogue.building import definition
from adapters.catalogue.catalogue import Catalogue
from adapters.catalogue.errors import CatalogueIsInvalid
from adapters.catalogue.municipality_building import municipality
from adapters.catalogue.municipality_checks import adoption_problems, municipality_problems
from adapters.catalogue.municipality_document import MunicipalityDocument
from adapters.catalogue.reading import Reading, read
from adapters.catalogue.service_checks import service_problems
from adapters.catalogue.service_document import ServiceDocument
from adapters.catalogue.source import Problem

BUILT_IN = Path(__file__).parent


def load(folder: Path = BUILT_IN) -> Catalogue:
    """`folder` holds services/*.toml and municipalities/*.toml; raises `CatalogueIsInvalid`."""
    services = read(folder / "services", ServiceDocument)
    towns = read(folder / "municipalities", MunicipalityDocument)
    if problems := _problems(services, towns):
        raise CatalogueIsInvalid(problems)
    definitions = map(definition, services.entries)
    municipalities = map(municipality, towns.entries)
    return Catalogue(
        by_ags={town.ags: town for town in municipalities},
        by_version={(service.key, service.version): service for service in definitions},
    )


def _problems(
    services: Reading[ServiceDocument], towns: Reading[MunicipalityDocument]
) -> list[Problem]:
    problems = [*services.problems, *towns.problems]
    problems += service_problems(services.entries)
    problems += municipality_problems(towns.entries)
    if not services.problems:  # else a service that could not be read would seem not to exist
        known = {(s.key, s.version): s for s in (entry.document for entry in services.entries)}
        problems += adoption_problems(towns.entries, known)
    return problems
