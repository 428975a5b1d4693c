"""What an account may be: one role at a time, and nothing where it was revoked.

Who needs two roles has two accounts, so that a history tells in which of them somebody acted.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from domain.decider import Decider
from domain.errors import AccountIsBarred, ReasonMissing, RoleNeedsMunicipality, RoleStands
from domain.staff.events import RoleGranted, RoleRevoked, StaffEvent, StaffRole

OF_ONE_TOWN = frozenset({StaffRole.CLERK, StaffRole.AUDITOR})
EVERYWHERE = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRole:
    """`for_all`: by an operator of every town, who alone lifts a bar that holds everywhere.

    A role for every municipality lifts each bar.
    """

    subject: str
    role: StaffRole
    municipality: str | None
    by: str
    now: datetime
    for_all: bool
    office: str | None = None
    branch: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeRole:
    subject: str
    municipality: str | None
    reason: str
    by: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Grant:
    role: StaffRole
    municipality: str | None
    office: str | None
    branch: str | None


@dataclass(frozen=True, slots=True)
class Member:
    """`barred`: the towns where the account acts in no role, whatever its provider says."""

    grant: Grant | None = None
    barred: frozenset[str] = frozenset()

    def is_barred_from(self, municipality: str | None) -> bool:
        return EVERYWHERE in self.barred or municipality in self.barred


StaffCommand = GrantRole | RevokeRole


def decide(member: Member, command: StaffCommand) -> list[StaffEvent]:
    match command:
        case GrantRole():
            return _grant(member, command)
        case RevokeRole():
            return _revoke(member, command)
        case _:
            assert_never(command)


def _grant(member: Member, command: GrantRole) -> list[StaffEvent]:
    if command.role in OF_ONE_TOWN and command.municipality is None:
        raise RoleNeedsMunicipality
    if EVERYWHERE in member.barred and not command.for_all:
        raise AccountIsBarred
    wanted = Grant(command.role, command.municipality, command.office, command.branch)
    if member.grant is not None and member.grant != wanted:
        raise _stands(member.grant, command)
    if member.grant == wanted and not _lifted(member, command.municipality):
        return []
    return [
        RoleGranted(
            subject=command.subject,
            role=command.role,
            municipality=command.municipality,
            office=command.office,
            branch=command.branch,
            granted_by=command.by,
            granted_at=command.now,
        )
    ]


def _stands(grant: Grant, command: GrantRole) -> RoleStands:
    """The operator of a town is not told what an account is in another one."""
    told = command.for_all or grant.municipality == command.municipality
    return RoleStands(grant.role) if told else RoleStands()


def _lifted(member: Member, municipality: str | None) -> frozenset[str]:
    """The bars that a role for this municipality, or for every one, lifts."""
    return member.barred if municipality is None else member.barred & {EVERYWHERE, municipality}


def _revoke(member: Member, command: RevokeRole) -> list[StaffEvent]:
    """An account that the register never named can be barred: its provider may name a role."""
    if not command.reason.strip():
        raise ReasonMissing
    if (command.municipality or EVERYWHERE) in member.barred:
        return []
    return [
        RoleRevoked(
            subject=command.subject,
            municipality=command.municipality,
            reason=command.reason,
            revoked_by=command.by,
            revoked_at=command.now,
        )
    ]


def evolve(member: Member, event: StaffEvent) -> Member:
    match event:
        case RoleGranted():
            grant = Grant(event.role, event.municipality, event.office, event.branch)
            return Member(grant, member.barred - _lifted(member, event.municipality))
        case RoleRevoked():
            barred = member.barred | {event.municipality or EVERYWHERE}
            gone = member.grant and event.municipality in (None, member.grant.municipality)
            return replace(member, grant=None if gone else member.grant, barred=barred)
        case _:
            assert_never(event)


STAFF = Decider(initial=Member(), decide=decide, evolve=evolve, events=StaffEvent)
