"""A town and its services as the portal shows them, in one language, today."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from adapters.catalogue.catalogue import Catalogue
from adapters.catalogue.offer import as_offered
from adapters.portal.folding import fold
from adapters.portal.views import (
    AvailabilityView,
    CategoryView,
    FeeView,
    PlaceView,
    ServiceView,
    TownView,
)
from adapters.portal.wording import STATES
from domain.municipality.adoption import Adoption
from domain.municipality.municipality import Municipality
from domain.municipality.taking_on import taken_on
from domain.processes.availability import Availability, Available, availability, can_cost
from domain.processes.responsibility import place_name
from domain.service.definition import Level, ServiceDefinition, Text, said


@dataclass(frozen=True, slots=True)
class Eye:
    """Who looks: `address` is where this portal is reached."""

    catalogue: Catalogue
    today: date
    language: str
    address: str

    def town(self, town: Municipality) -> TownView:
        kreis = town.kreis and PlaceView(ags=town.kreis, name=self._place(town.kreis))
        return TownView(
            ags=town.ags,
            name=self._place(town.ags),
            kind=town.kind,
            kreis=kreis or None,
            region=town.region,
            phase=town.phase,
            link=town.portal_url or f"{self.address}/portal/{town.ags}",
            categories=self._categories(town),
        )

    def _place(self, ags: str) -> str:
        return said(place_name(ags, self.catalogue.by_ags), self.language)

    def _categories(self, town: Municipality) -> list[CategoryView]:
        services = [self.service(town, adoption) for adoption in town.services.values()]
        services += self._of_the_kreis(town)
        by_category: dict[str, list[ServiceView]] = defaultdict(list)
        for service in sorted(services, key=lambda one: fold(one.title)):
            by_category[service.category].append(service)
        found = [
            CategoryView(key=key, title=inside[0].category_title, services=inside)
            for key, inside in by_category.items()
        ]
        return sorted(found, key=lambda category: fold(category.title))

    def _of_the_kreis(self, town: Municipality) -> list[ServiceView]:
        """What people of the town apply for at their Kreis, until the town takes it on itself."""
        kreis = self.catalogue.by_ags.get(town.kreis or "")
        return [
            self.service(kreis, adoption)
            for key, adoption in (kreis.services if kreis else {}).items()
            if kreis and not self._taken_on(town, key)
            and self._definition(adoption).responsible.level is Level.KREIS
        ]  # fmt: skip

    def _taken_on(self, town: Municipality, service: str) -> bool:
        own = town.services.get(service)
        return own is not None and taken_on(own, self.today)

    def _definition(self, adoption: Adoption) -> ServiceDefinition:
        return self.catalogue.definition(adoption.service, adoption.version)

    def service(self, town: Municipality, adoption: Adoption) -> ServiceView:
        definition = as_offered(adoption, self._definition(adoption))
        found = availability(definition, adoption, town, self.today)
        form = f"{self.address}/api/v1/municipalities/{town.ags}/services/{definition.key}"
        page = f"{self.address}/portal/{town.ags}/services/{definition.key}"
        return ServiceView(
            key=definition.key,
            version=definition.version,
            title=self._said(definition.title),
            description=self._said(definition.description),
            category=definition.category,
            category_title=self._said(definition.category_title) or definition.category,
            kind=definition.kind,
            offered_by=PlaceView(ags=town.ags, name=self._place(town.ags)),
            availability=self._availability(definition, found),
            fee=fee_range(definition, adoption),
            trust_level=definition.trust_level.name.lower(),
            link=self._link(definition, adoption, found, page),
            page=page,
            form=form if found.usable else None,
        )

    def _availability(self, definition: ServiceDefinition, found: Available) -> AvailabilityView:
        return AvailabilityView(
            state=found.state,
            usable=found.usable,
            since=found.since,
            told=told(definition, found, self.language),
        )

    def _link(
        self, definition: ServiceDefinition, adoption: Adoption, found: Available, page: str
    ) -> str | None:
        """The start page of the town's portal would leave people to look for the service again."""
        if found.state is Availability.EXTERNAL and definition.external:
            return definition.external.link
        return (adoption.link or page) if found.usable else None

    def _said(self, text: Text) -> str:
        return said(text, self.language) if text else ""


def told(definition: ServiceDefinition, found: Available, language: str) -> str:
    """Whether the service can be had, as a sentence, and why where there is a reason."""
    body = said(definition.external.body, language) if definition.external else ""
    since = german_or_iso(found.since, language)
    sentence = STATES[found.state][language].format(since=since, body=body)
    return f"{sentence}. {said(found.reason, language)}" if found.reason else sentence


def german_or_iso(day: date | None, language: str) -> str:
    if day is None:
        return ""
    return f"{day:%d.%m.%Y}" if language == "de" else day.isoformat()


def fee_range(definition: ServiceDefinition, adoption: Adoption) -> FeeView | None:
    """None where nobody is asked for a fee."""
    if not can_cost(definition, adoption):
        return None
    cents = [adoption.fees.get(line.name, line.cents) for line in definition.tariff]
    return FeeView(
        least_cents=min(cents),
        most_cents=max(cents),
        per_piece=any(line.quantity for line in definition.tariff),
        when=definition.payment_timing,
    )
