"""Reads the file of one service that an operator hands in, checked as any file of the catalogue."""

from hashlib import sha256

from adapters.catalogue.building import definition
from adapters.catalogue.errors import CatalogueIsInvalid
from adapters.catalogue.reading import reading_of
from adapters.catalogue.service_checks import service_problems
from adapters.catalogue.service_document import ServiceDocument
from adapters.catalogue.source import Source
from domain.service.definition import ServiceDefinition

NAME = "file"


def read_definition(text: str) -> ServiceDefinition:
    """Raise CatalogueIsInvalid."""
    source = Source(NAME, text, sha256(text.encode()).hexdigest())
    found = reading_of(source, ServiceDocument)
    if problems := [*found.problems, *service_problems(found.entries, found.halves)]:
        raise CatalogueIsInvalid(problems)
    (entry,) = found.entries
    return definition(entry)
