"""What operations on the catalogue have in common: who may, in which envelope, and what is said."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Path, Query
from pydantic import AwareDatetime, BaseModel

from adapters.event_store.log import END
from adapters.event_store.office import Done, anybody
from adapters.identity.actor import Actor, Role
from api.access import town_asked
from api.auth import require
from api.desk import Desk
from api.envelope import seen_version
from api.refusals import FieldProblem, FormHasProblems, NotFound, NotThereYet
from api.views import EventView, event_view
from domain.decider import Decider
from domain.municipality.ags import AGS_PATTERN

Overseer = Annotated[Actor, Depends(require(Role.OPERATOR, Role.AUDITOR))]


async def reader(overseer: Overseer) -> Actor:
    """Somebody who may read what is every town's."""
    town_asked(overseer)
    return overseer


Reader = Annotated[Actor, Depends(reader)]
AgsPath = Annotated[str, Path(pattern=AGS_PATTERN)]
Version = Annotated[int, Path(ge=1, le=END)]
UpToVersion = Annotated[int | None, Query(ge=1, le=END, description="Up to this version.")]
AsRecordedAt = Annotated[
    AwareDatetime | None, Query(description="As recorded at this moment (RFC 3339).")
]


class CatalogueAnswer(BaseModel):
    """Where the log stands after the command; in this process it is in force at once.

    The others follow within a second. `version`: of the stream, the next `If-Match`.
    """

    version: int
    position: int


class CatalogueHistory(BaseModel):
    """Consistency: strong."""

    events: list[EventView]


def require_everywhere(operator: Actor) -> None:
    """Raise NotFound for the operator of one municipality: definitions are everybody's."""
    if town_asked(operator) is not None:
        raise NotFound


def require_own(actor: Actor, ags: str) -> None:
    """Raise NotFound for the operator or auditor of another municipality."""
    if town_asked(actor, ags) != ags:
        raise NotFound


async def carry_out(
    desk: Desk,
    operator: Actor,
    decider: Decider[Any, Any, Any],
    stream_id: UUID,
    command: Any,
    *,
    if_match: bool = True,
) -> CatalogueAnswer:
    """Raise Refused, StaleVersion and what the office raises besides."""
    parts = desk.parts
    order = replace(
        await desk.order(operator, stream_id, command, anybody),
        seen_version=seen_version(desk.request, needed=if_match),
    )
    done: Done[Any] = await parts.office.carry_out(decider, order)
    await parts.live_catalogue.catch_up()
    desk.mark(done)
    return CatalogueAnswer(version=done.appended.version, position=done.appended.position)


async def state_of(desk: Desk, decider: Decider[Any, Any, Any], stream_id: UUID) -> tuple[Any, int]:
    """Return state and version, and say the version in the answer. Raise NotFound."""
    loaded = await desk.parts.log.load(stream_id)
    if not loaded.version:
        raise NotFound
    desk.response.headers["ETag"] = f'"{loaded.version}"'
    return decider.fold(loaded.events), loaded.version


def require_one_point(version: int | None, at: datetime | None) -> None:
    """Raise FormHasProblems where both say up to where a history is asked for."""
    if version is not None and at is not None:
        advice = "give `version` or `at`, not both"
        raise FormHasProblems([FieldProblem("query:/version", advice)])


def require_reached(version: int | None, last: int) -> None:
    """Raise FormHasProblems for a version that does not exist yet."""
    if version is not None and version > last:
        raise FormHasProblems([FieldProblem("query:/version", f"the last version is {last}")])


async def history_of(
    desk: Desk, stream_id: UUID, version: int | None, at: datetime | None
) -> CatalogueHistory:
    require_one_point(version, at)
    log = desk.parts.log
    events: Sequence[Any] = await log.history(stream_id, version=version or END, at=at)
    if not events:
        raise NotThereYet if at and await log.events(stream_id) else NotFound
    require_reached(version, events[-1].version)
    return CatalogueHistory(events=[event_view(event) for event in events])
