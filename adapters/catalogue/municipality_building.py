"""From the checked document of a municipality to what the domain works with."""

from typing import Any

from adapters.catalogue.closing_days import closing_days
from adapters.catalogue.deadlines import deadline_policy
from adapters.catalogue.municipality_document import (
    AdoptionDocument,
    IdentityProviderDocument,
    MunicipalityDocument,
)
from adapters.catalogue.reading import Entry
from domain.municipality.ags import names_kreis
from domain.municipality.municipality import (
    Adoption,
    Branch,
    IdentityProvider,
    Municipality,
    PaymentAccount,
    TownKind,
)
from domain.rules import TrustLevel


def municipality(entry: Entry[MunicipalityDocument]) -> Municipality:
    town = entry.document
    return Municipality(
        ags=town.ags,
        name=town.name,
        kind=town.kind or natural_kind(town),
        kreis=town.kreis,
        region=town.region,
        population=town.population,
        population_as_of=town.population_as_of,
        phase=town.phase,
        e_payment_since=town.e_payment_since,
        portal_url=town.portal_url,
        sender=town.sender,
        mailbox=town.mailbox,
        mailboxes=town.mailboxes,
        branches=tuple(Branch(**branch.model_dump()) for branch in town.branches),
        services={key: _adoption(key, document) for key, document in town.services.items()},
        payment=PaymentAccount(**town.payment.model_dump()) if town.payment else None,
        identity_providers=tuple(map(_identity_provider, town.identity_providers)),
        closing_days=closing_days(town.closing_days),
    )


def natural_kind(town: MunicipalityDocument) -> TownKind:
    if names_kreis(town.ags):
        return TownKind.KREIS
    return TownKind.KREISANGEHOERIG if town.kreis else TownKind.KREISFREI


def _adoption(key: str, adoption: AdoptionDocument) -> Adoption:
    given: dict[str, Any] = adoption.model_dump(exclude={"deadline"})
    if adoption.deadline:
        given["deadline"] = deadline_policy(adoption.deadline)
    return Adoption(service=key, **given)


def _identity_provider(provider: IdentityProviderDocument) -> IdentityProvider:
    levels = {raw: TrustLevel[name.upper()] for raw, name in provider.trust_levels.items()}
    given: dict[str, Any] = provider.model_dump(exclude={"trust_levels"})
    return IdentityProvider(trust_levels=levels, **given)
