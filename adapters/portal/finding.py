"""What a search finds: services, towns, and services of a town where both were named."""

from adapters.portal.prepared import Prepared, Shown
from adapters.portal.search import SLIP, Hit, best, looked_for, near, ranked
from adapters.portal.views import Found, OfferView, ServiceFound, TownFound
from adapters.portal.wording import NOTHING_FOUND

MOST_SERVICES, MOST_TOWNS, MOST_OFFERS = 20, 20, 20


def find(portal: Prepared, query: str, within: list[Shown]) -> Found:
    """`within`: the towns that are asked about."""
    tokens = looked_for(query)
    places = [token for token in tokens if _names_a_town(token, portal)]
    towns = [hit for hit in ranked(places, portal.town_entries) if _is_in(hit, within)]
    about = [token for token in tokens if token not in places]
    named = {hit.key for hit in towns} or {one.view.ags for one in within}
    services = [
        found
        for hit in ranked(about, portal.service_entries)
        if (found := _service(portal, hit, named)) is not None
    ]
    nothing = not services and not towns
    titles = [service.title for service in portal.services.values()]
    return Found(
        language=portal.language,
        hint=NOTHING_FOUND[portal.language] if nothing else None,
        did_you_mean=near(query, titles) if nothing else [],
        services=services[:MOST_SERVICES],
        towns=[_town(portal, hit) for hit in towns[:MOST_TOWNS]],
    )


def _names_a_town(token: str, portal: Prepared) -> bool:
    """A word names a town if it is more like one than like anything that is said of a service."""
    town = max((best(token, one.fields)[0] for one in portal.town_entries), default=0.0)
    service = max((best(token, one.fields)[0] for one in portal.service_entries), default=0.0)
    return town >= SLIP and town > service


def _is_in(hit: Hit, within: list[Shown]) -> bool:
    return any(one.view.ags == hit.key for one in within)


def _service(portal: Prepared, hit: Hit, named: set[str]) -> ServiceFound | None:
    """None where none of the towns asked about offers it."""
    service = portal.services[hit.key]
    offers: list[OfferView] = [offer for offer in service.offers if offer.town.ags in named]
    if not offers:
        return None
    return ServiceFound(
        key=service.key,
        title=service.title,
        description=service.description,
        category_title=service.category_title,
        matched=hit.matched,
        score=hit.score,
        offered=len(offers),
        offers=offers[:MOST_OFFERS],
    )


def _town(portal: Prepared, hit: Hit) -> TownFound:
    view = portal.towns[hit.key].view
    return TownFound(ags=view.ags, name=view.name, link=view.link, score=hit.score)
