"""For operators: who works in which role, for which town, office and branch."""

from datetime import datetime
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Query, status
from pydantic import BaseModel, Strict, StringConstraints

from adapters.bootstrap import Parts
from adapters.event_store.office import Done
from adapters.identity.actor import Actor
from adapters.postgres.tenants import ask_as
from api.access import town_asked, viewer
from api.bodies import LINE, Ags, Body, Key, Name, Words
from api.desk import Desk, DeskOf, Operator, PartsOf
from api.envelope import metadata
from api.refusals import FieldProblem, FormHasProblems, NotFound
from api.waiting import After, wait_for
from domain.staff.events import StaffRole
from domain.staff.register import EVERYWHERE, GrantRole, Member, RevokeRole, StaffCommand
from projections.staff import STAFF_LIST

router = APIRouter(prefix="/api/v1/staff", tags=["operators"])
log = structlog.get_logger()

FOR_ALL = frozenset({StaffRole.OPERATOR, StaffRole.ANALYST})
# All places of an account are on one page: the next one goes on after its subject.
LISTED = """WITH page AS (
        SELECT subject, place, municipality, role, office, branch, since, revoked FROM staff_v1
        WHERE (%(municipality)s::text IS NULL OR municipality = %(municipality)s)
        AND (%(after)s::text IS NULL OR subject > %(after)s)
        ORDER BY subject FETCH FIRST 500 ROWS WITH TIES
    )
    SELECT subject, municipality, role, office, branch, since, revoked FROM page
    ORDER BY subject, place"""

Subject = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=LINE)]


class GrantBody(Body):
    """`subject`: the account as the identity provider names it, after our prefix for the provider.

    `office` and `branch` narrow a clerk's work; without a `municipality`: every one.
    """

    subject: Subject
    role: Annotated[StaffRole, Strict(strict=False)]
    municipality: Ags | None = None
    office: Name | None = None
    branch: Key | None = None


class RevocationBody(Body):
    """Without a `municipality`: everywhere."""

    subject: Subject
    municipality: Ags | None = None
    reason: Words


class MemberView(BaseModel):
    """`barred`: where the account acts in no role, `*` for everywhere.

    An operator of one town is told what concerns that town only.
    """

    subject: str
    role: str | None
    municipality: str | None
    office: str | None
    branch: str | None
    barred: list[str]
    position: int


class StaffRow(BaseModel):
    subject: str
    municipality: str | None
    role: str | None
    office: str | None
    branch: str | None
    since: datetime
    revoked: bool


class StaffList(BaseModel):
    """Consistency: eventual; `position` is the last of the log that is shown."""

    position: int
    staff: list[StaffRow]


@router.get("")
async def listed(
    operator: Operator,
    parts: PartsOf,
    municipality: Ags | None = None,
    last: Annotated[
        str | None, Query(max_length=255, pattern=LINE, description="Go on after this subject.")
    ] = None,
    after: After = None,
) -> StaffList:
    """List who works where, by subject (500 at a time); an operator of one town sees that town.

    The last account of a page comes with all its places.
    """
    position = await wait_for(parts.pool, STAFF_LIST.name, after)
    parameters = {"municipality": town_asked(operator, municipality), "after": last}
    rows = await ask_as(parts.pool, viewer(operator, municipality), LISTED, parameters)
    return StaffList(position=position, staff=[StaffRow(**row) for row in rows])


@router.post("/grants", status_code=status.HTTP_201_CREATED)
async def grant(body: GrantBody, operator: Operator, desk: DeskOf) -> MemberView:
    """Give an account a role; it holds from its next request on. Needs `Idempotency-Key`."""
    _require_own_town(operator, body.municipality)
    _require_places(desk.parts, body)
    command = GrantRole(
        subject=body.subject,
        role=body.role,
        municipality=body.municipality,
        office=body.office,
        branch=body.branch,
        by=operator.subject,
        now=desk.now,
        for_all=operator.municipality is None,
    )
    return await _carry_out(desk, operator, command)


@router.post("/revocations", status_code=status.HTTP_201_CREATED)
async def revoke(body: RevocationBody, operator: Operator, desk: DeskOf) -> MemberView:
    """Take an account's role away, also one that its provider names; its next request is refused.

    Needs `Idempotency-Key`.
    """
    _require_own_town(operator, body.municipality)
    command = RevokeRole(
        subject=body.subject,
        municipality=body.municipality,
        reason=body.reason,
        by=operator.subject,
        now=desk.now,
    )
    return await _carry_out(desk, operator, command)


async def _carry_out(desk: Desk, operator: Actor, command: StaffCommand) -> MemberView:
    stamped = metadata(desk.parts.keys, desk.request, operator, key_needed=True)
    printed = desk.fingerprint(await desk.request.body())
    done = await desk.parts.staff.carry_out(command, stamped, printed)
    if done.appended.replayed:
        desk.response.headers["Idempotent-Replayed"] = "true"
    log.info("role_changed", operator=operator.subject, command=type(command).__name__)
    return _view(command.subject, done, operator.municipality)


def _require_own_town(operator: Actor, municipality: str | None) -> None:
    """An operator of one town grants and revokes there only."""
    if town_asked(operator, municipality) != municipality:
        raise NotFound


def _require_places(parts: Parts, body: GrantBody) -> None:
    problems = []
    if body.municipality is None:
        if body.role not in FOR_ALL:
            problems.append(FieldProblem("/municipality", "name the one they work for"))
    else:
        town = parts.catalogue.municipality(body.municipality)
        problems += _one_of("/office", body.office, town.offices)
        problems += _one_of("/branch", body.branch, town.branch_keys)
    if body.role is not StaffRole.CLERK and (body.office or body.branch):
        problems.append(FieldProblem("/role", "only a clerk works for an office or a branch"))
    if problems:
        raise FormHasProblems(problems)


def _one_of(pointer: str, value: str | None, known: Any) -> list[FieldProblem]:
    advice = f"choose one of: {', '.join(known)}" if known else "leave this out: there is none here"
    return [] if value is None or value in known else [FieldProblem(pointer, advice)]


def _view(subject: str, done: Done[Member], town: str | None) -> MemberView:
    """`town`: of which alone the operator is told, None for every one."""
    grant, barred = done.state.grant, done.state.barred
    if town is not None:
        grant = grant if grant and grant.municipality == town else None
        barred &= {town}
    return MemberView(
        subject=subject,
        role=grant.role if grant else None,
        municipality=grant.municipality if grant else None,
        office=grant.office if grant else None,
        branch=grant.branch if grant else None,
        barred=sorted(barred, key=lambda place: (place != EVERYWHERE, place)),
        position=done.appended.position,
    )
