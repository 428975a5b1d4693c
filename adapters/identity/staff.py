"""Asks the register of roles, at each request of staff: a role that was revoked acts no more."""

from dataclasses import dataclass, replace
from uuid import UUID

from adapters.event_store.office import Done, Office, Order
from adapters.event_store.recorded import Metadata
from adapters.identity.actor import Actor, Person, Role
from adapters.identity.errors import NoRoleGranted, RoleRevoked
from adapters.ids import derived_id
from domain.staff.register import STAFF, Member, StaffCommand


@dataclass(frozen=True, slots=True)
class Staff:
    """Reads the account's own stream, which is short: one look-up by index, never a stale view."""

    office: Office

    async def actor(self, who: Actor | Person) -> Actor:
        """Raise NoRoleGranted or RoleRevoked where the register lets them act in no role."""
        if isinstance(who, Actor) and who.role is Role.CITIZEN:
            return who
        member = STAFF.fold(await self.office.log.events(account_id(who.subject)))
        actor = who if isinstance(who, Actor) else _in_role(who, member)
        if member.is_barred_from(actor.municipality):
            raise RoleRevoked
        return actor

    async def carry_out(
        self, command: StaffCommand, metadata: Metadata, fingerprint: bytes = b""
    ) -> Done[Member]:
        order = Order(account_id(command.subject), command, metadata, fingerprint)
        return await self.office.carry_out(STAFF, order)


def account_id(subject: str) -> UUID:
    return derived_id("staff", subject)


def _in_role(person: Person, member: Member) -> Actor:
    grant = member.grant
    if grant is None:
        raise RoleRevoked if member.barred else NoRoleGranted(person.subject)
    role = Role(grant.role)
    if role not in person.roles_allowed:
        raise NoRoleGranted(person.subject)
    return replace(
        person.actor_as(role),
        municipality=grant.municipality,
        office=grant.office,
        branch=grant.branch,
    )
