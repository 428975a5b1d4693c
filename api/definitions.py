"""For operators: the definitions of services, from draft to retirement."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, status
from pydantic import BaseModel, StringConstraints

from adapters.catalogue.authoring import read_definition
from adapters.catalogue.errors import CatalogueIsInvalid
from adapters.catalogue.streams import service_stream
from api.bodies import Body, ReasonBody
from api.desk import Desk, DeskOf, Operator
from api.operating import (
    AsRecordedAt,
    CatalogueAnswer,
    CatalogueHistory,
    Reader,
    UpToVersion,
    Version,
    carry_out,
    history_of,
    require_everywhere,
    state_of,
)
from api.refusals import FieldProblem, FormHasProblems
from domain.municipality.taking_on import adopters
from domain.service.commands import DraftVersion, PublishVersion, RetireVersion
from domain.service.decisions import SERVICE
from domain.service.definition import ServiceDefinition
from domain.service.state import Service
from domain.working_days import legal_day

LARGEST_FILE = 200_000
ServiceKey = Annotated[str, Path(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]

router = APIRouter(prefix="/api/v1/catalogue/services", tags=["operators"])


class DraftBody(Body):
    """`file`: the TOML file of one version, as in the catalogue's folder."""

    file: Annotated[str, StringConstraints(min_length=1, max_length=LARGEST_FILE)]


class PublicationBody(Body):
    """`sha256`: the digest of the draft as it was reviewed."""

    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class VersionView(BaseModel):
    """`adopted_by`: the keys of the towns that offer it."""

    version: int
    status: str
    sha256: str
    adopted_by: list[str]


class ServiceListing(BaseModel):
    key: str
    title: dict[str, str]
    versions: list[int]


class ServiceState(BaseModel):
    """Consistency: strong. `definitions`: by version, whole, drafts too."""

    key: str
    versions: list[VersionView]
    definitions: dict[int, dict[str, Any]]


@router.get("")
async def services(_reader: Reader, desk: DeskOf) -> list[ServiceListing]:
    """List the services with their published versions, retired ones too."""
    found: dict[str, list[ServiceDefinition]] = {}
    for definition in desk.parts.catalogue.definitions:
        found.setdefault(definition.key, []).append(definition)
    return [
        ServiceListing(
            key=key, title=dict(versions[-1].title), versions=[each.version for each in versions]
        )
        for key, versions in sorted(found.items())
    ]


@router.get("/{service}")
async def service(service: ServiceKey, _reader: Reader, desk: DeskOf) -> ServiceState:
    """Read a service with all its versions; the ETag is for the next command."""
    state: Service
    state, _ = await state_of(desk, SERVICE, service_stream(service))
    return ServiceState(
        key=service,
        versions=[
            VersionView(
                version=version,
                status=one.status,
                sha256=one.definition.sha256,
                adopted_by=list(_adopters(desk, service, version)),
            )
            for version, one in sorted(state.versions.items())
        ],
        definitions={v: msgspec.to_builtins(one.definition) for v, one in state.versions.items()},
    )


@router.post("/{service}/versions", status_code=status.HTTP_201_CREATED)
async def draft(
    service: ServiceKey, body: DraftBody, operator: Operator, desk: DeskOf
) -> CatalogueAnswer:
    """Draft a version, or replace the draft of that number."""
    require_everywhere(operator)
    definition = _definition(service, body.file)
    command = DraftVersion(definition=definition, now=desk.now)
    return await carry_out(
        desk, operator, SERVICE, service_stream(service), command, if_match=False
    )


@router.post("/{service}/versions/{version}/publication")
async def publish(
    service: ServiceKey, version: Version, body: PublicationBody, operator: Operator, desk: DeskOf
) -> CatalogueAnswer:
    """Publish a draft: towns may adopt it, and nobody changes it any more."""
    require_everywhere(operator)
    state: Service
    state, _ = await state_of(desk, SERVICE, service_stream(service))
    if version in state.versions and state.versions[version].definition.sha256 != body.sha256:
        what = "is not the digest of this draft; read the draft again, then publish it"
        raise FormHasProblems([FieldProblem("/sha256", what)])
    command = PublishVersion(version=version, now=desk.now)
    return await carry_out(desk, operator, SERVICE, service_stream(service), command)


@router.post("/{service}/versions/{version}/retirement")
async def retire(
    service: ServiceKey, version: Version, body: ReasonBody, operator: Operator, desk: DeskOf
) -> CatalogueAnswer:
    """Retire a version that no town offers any more; what was filed under it stays."""
    require_everywhere(operator)
    await desk.parts.live_catalogue.catch_up()
    command = RetireVersion(
        version=version,
        reason=body.reason,
        adopted_by=_adopters(desk, service, version),
        now=desk.now,
    )
    return await carry_out(desk, operator, SERVICE, service_stream(service), command)


@router.get("/{service}/history")
async def history(
    service: ServiceKey,
    _reader: Reader,
    desk: DeskOf,
    version: UpToVersion = None,
    at: AsRecordedAt = None,
) -> CatalogueHistory:
    """Read what happened to a service, whole or as it was at a version or a moment."""
    return await history_of(desk, service_stream(service), version, at)


def _adopters(desk: Desk, service: str, version: int) -> tuple[str, ...]:
    return adopters(desk.parts.catalogue.municipalities, service, version, legal_day(desk.now))


def _definition(service: str, file: str) -> ServiceDefinition:
    try:
        definition = read_definition(file)
    except CatalogueIsInvalid as invalid:
        problems = [
            FieldProblem("/file", f"line {one.line}: {one.field}: {one.what}")
            for one in invalid.problems
        ]
        raise FormHasProblems(problems) from None
    if definition.key != service:
        raise FormHasProblems([FieldProblem("/file", f"has another key; write {service}")])
    return definition
