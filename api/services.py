"""What a town offers, for anybody: forms, fees, proofs, branches. No sign-in needed."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, TypeAdapter

from adapters.catalogue.catalogue import Catalogue
from adapters.catalogue.errors import CatalogueRefused
from adapters.catalogue.facts import for_portals
from adapters.catalogue.offer import Offer, require_open
from api.cached import cached_json
from api.desk import PartsOf
from domain.municipality.adoption import Adoption
from domain.municipality.municipality import Municipality
from domain.service.definition import ServiceDefinition, TariffLine
from domain.working_days import legal_day

router = APIRouter(prefix="/api/v1/municipalities", tags=["portal"])


class MunicipalityView(BaseModel):
    ags: str
    name: str
    services: list[str]


class ServiceView(BaseModel):
    """`tariff` in euro cents: the first line whose condition holds; `form`: JSON Schema 2020-12.

    `announced`: what a notice will demand later, in the same shape. `external`: whose service it
    is, and the link where it is applied for. `not_online`: why it cannot be applied for yet.
    """

    key: str
    version: int
    title: dict[str, str]
    description: dict[str, str]
    category: str
    category_title: dict[str, str]
    kind: str
    external: dict[str, Any] | None
    not_online: dict[str, str]
    responsible: dict[str, Any]
    minimum_age: int | None
    yearly: bool
    variants: list[str]
    office: str
    notice: dict[str, str] | None
    pilot: bool
    trust_level: str
    payment_timing: str
    working_days: int
    every_day_counts: bool
    fulfilments: list[str]
    branches: list[dict[str, str]]
    tariff: list[dict[str, Any]]
    announced: list[dict[str, Any]]
    proofs: list[dict[str, Any]]
    form: dict[str, Any]


TOWNS = TypeAdapter(list[MunicipalityView])


@router.get("", response_model=list[MunicipalityView])
async def municipalities(parts: PartsOf, request: Request) -> Response:
    """List the towns and the services that each of them offers today."""
    today = legal_day(datetime.now(UTC))
    shown = [
        MunicipalityView(
            ags=town.ags, name=town.name, services=_offered(parts.catalogue, town, today)
        )
        for town in parts.catalogue.municipalities
    ]
    return cached_json(request, TOWNS.dump_json(shown))


def _offered(catalogue: Catalogue, town: Municipality, today: date) -> list[str]:
    try:
        catalogue.require_not_ended(town, today)
    except CatalogueRefused:
        return []
    return sorted(key for key, adoption in town.services.items() if _is_open(adoption, today))


def _is_open(adoption: Adoption, today: date) -> bool:
    try:
        require_open(adoption, today)
    except CatalogueRefused:
        return False
    return True


@router.get("/{ags}/services/{service}", response_model=ServiceView)
async def service(ags: str, service: str, parts: PartsOf, request: Request) -> Response:
    """Read a service as this town offers it now."""
    town, today = parts.catalogue.municipality(ags), legal_day(datetime.now(UTC))
    parts.catalogue.require_not_ended(town, today)
    offer = parts.catalogue.offer(ags, service)
    return cached_json(request, _view(offer).model_dump_json().encode())


def _view(offer: Offer) -> ServiceView:
    definition, adoption = offer.definition, offer.adoption
    return ServiceView(
        **_described(definition),
        office=adoption.office,
        notice=dict(adoption.texts["notice"]) if "notice" in adoption.texts else None,
        pilot=offer.pilot,
        trust_level=definition.trust_level.name.lower(),
        minimum_age=definition.minimum_age,
        payment_timing=definition.payment_timing,
        working_days=definition.deadline.working_days,
        every_day_counts=definition.deadline.every_day_counts,
        fulfilments=list(definition.fulfilments),
        branches=[
            msgspec.to_builtins(branch)
            for branch in offer.town.branches
            if branch.key in offer.branches
        ],
        tariff=[_tariff_line(line, adoption) for line in definition.tariff],
        announced=[_tariff_line(line, adoption) for line in definition.announced],
        proofs=msgspec.to_builtins(definition.proofs),
        form=for_portals(definition.form),
    )


def _described(definition: ServiceDefinition) -> dict[str, Any]:
    """What it is, and whose."""
    return {
        "key": definition.key,
        "version": definition.version,
        "title": dict(definition.title),
        "description": dict(definition.description),
        "category": definition.category,
        "category_title": dict(definition.category_title),
        "kind": definition.kind,
        "external": msgspec.to_builtins(definition.external),
        "not_online": dict(definition.not_online),
        "responsible": msgspec.to_builtins(definition.responsible),
        "yearly": definition.yearly,
        "variants": list(definition.variants),
    }


def _tariff_line(line: TariffLine, adoption: Adoption) -> dict[str, Any]:
    """With the amounts of this town."""
    shown: dict[str, Any] = msgspec.to_builtins(line)
    for price in (shown, *shown["further"]):
        price["cents"] = adoption.fees.get(price["name"], price["cents"])
    return shown
