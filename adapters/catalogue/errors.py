"""What the catalogue says when it has no answer, or is itself wrong.

CatalogueRefused
├── MunicipalityUnknown, DefinitionUnknown, ServiceUnknown (404)
├── MunicipalityIsClosed, ServiceIsSuspended, ServiceIsNotLiveYet (409)
└── CatalogueIsInvalid (the process does not start)
    └── WouldSuspend (the rest is seeded)
"""

from collections.abc import Iterable

from adapters.catalogue.source import Problem
from domain.saying import SaysWhyInBrackets


class CatalogueRefused(SaysWhyInBrackets):
    """The catalogue has no answer."""


class MunicipalityUnknown(CatalogueRefused):
    """No municipality with this key takes part; see the list of municipalities."""


class DefinitionUnknown(CatalogueRefused):
    """There is no such version of this service; see the list of services."""


class MunicipalityIsClosed(CatalogueRefused):
    """This municipality takes no new applications any more; turn to the one that took over."""


class ServiceIsSuspended(CatalogueRefused):
    """This municipality takes no applications for this service for the time being."""


class ServiceIsNotLiveYet(CatalogueRefused):
    """This municipality does not offer this service online yet."""


class ServiceUnknown(CatalogueRefused):
    """There is no service of this name; see the list of services."""


class CatalogueIsInvalid(CatalogueRefused):
    """The catalogue has mistakes; correct each of these, then start again:"""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__(*self.problems)

    def __str__(self) -> str:
        return "\n".join([self.sentence(), *map(str, self.problems)])


class WouldSuspend(CatalogueIsInvalid):
    """Nothing of these files was applied, as that would suspend services that are live:"""
