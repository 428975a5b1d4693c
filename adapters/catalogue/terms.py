"""What a town has to know of the version of a service that it adopts."""

from collections.abc import Iterable

from domain.municipality.commands import VersionTerms
from domain.rules import Fulfilment
from domain.service.definition import Price, ServiceDefinition, TariffLine
from domain.service.state import Service, VersionStatus

UNKNOWN = VersionTerms(published=False)


def terms_of(service: Service, version: int) -> VersionTerms:
    if version not in service.versions:
        return UNKNOWN
    one = service.versions[version]
    return of_definition(one.definition, published=one.status is VersionStatus.PUBLISHED)


def of_definition(definition: ServiceDefinition, *, published: bool = True) -> VersionTerms:
    return VersionTerms(
        published=published,
        tariff=_prices(definition.tariff),
        announced=_prices(definition.announced),
        proofs=tuple(proof.kind for proof in definition.proofs),
        has_pickup=Fulfilment.PICKUP in definition.fulfilments,
        takes_applications=not (definition.external or definition.not_online),
    )


def _prices(lines: Iterable[TariffLine]) -> dict[str, int]:
    every = (price for line in lines for price in (_first(line), *line.further))
    return {price.name: price.cents for price in every}


def _first(line: TariffLine) -> Price:
    return Price(name=line.name, title=line.title, cents=line.cents)
