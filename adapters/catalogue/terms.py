"""What a town has to know of the version of a service that it adopts."""

from domain.municipality.commands import VersionTerms
from domain.rules import Fulfilment
from domain.service.definition import ServiceDefinition
from domain.service.state import Service, VersionStatus
from domain.service.tariff import prices

UNKNOWN = VersionTerms(published=False)


def terms_of(service: Service, version: int) -> VersionTerms:
    if version not in service.versions:
        return UNKNOWN
    one = service.versions[version]
    return of_definition(one.definition, published=one.status is VersionStatus.PUBLISHED)


def of_definition(definition: ServiceDefinition, *, published: bool = True) -> VersionTerms:
    return VersionTerms(
        published=published,
        tariff=prices(definition.tariff),
        announced=prices(definition.announced),
        proofs=tuple(proof.kind for proof in definition.proofs),
        has_pickup=Fulfilment.PICKUP in definition.fulfilments,
        takes_applications=not (definition.external or definition.not_online),
    )
