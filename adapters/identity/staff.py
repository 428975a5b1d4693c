"""Asks the register of roles, at each request of staff: a role that was revoked acts no more.

What was granted narrows what the provider's token says, and never widens it.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from adapters.event_store.office import Done, Office, Order
from adapters.event_store.recorded import Metadata
from adapters.identity.actor import Actor, Person, Role
from adapters.identity.errors import AnotherRoleGranted, NoRoleGranted, RoleRevoked
from adapters.ids import derived_id
from domain.staff.register import STAFF, Member, StaffCommand


@dataclass(frozen=True, slots=True)
class Staff:
    """Reads the account's own stream, which is short: one look-up by index, never a stale view."""

    office: Office

    async def actor(self, who: Actor | Person) -> Actor:
        """Raise a RoleNotAllowed where the register lets them act in no role."""
        if isinstance(who, Actor) and who.role is Role.CITIZEN:
            return who
        member = STAFF.fold(await self.office.log.events(account_id(who.subject)))
        actor = _narrowed(who, member) if isinstance(who, Actor) else _in_role(who, member)
        if member.is_barred_from(actor.municipality):
            raise RoleRevoked
        if member.barred and actor.municipality is None:
            return replace(actor, barred=member.barred)
        return actor

    async def carry_out(
        self, command: StaffCommand, metadata: Metadata, fingerprint: bytes = b""
    ) -> Done[Member]:
        order = Order(account_id(command.subject), command, metadata, fingerprint)
        return await self.office.carry_out(STAFF, order)


def account_id(subject: str) -> UUID:
    return derived_id("staff", subject)


def _narrowed(actor: Actor, member: Member) -> Actor:
    """Where both name a role, only what both allow: the lesser of the two, or nothing."""
    grant = member.grant
    if grant is None:
        return actor
    if grant.role.value != actor.role.value:
        raise AnotherRoleGranted(grant.role)
    return replace(
        actor,
        municipality=_both(actor.municipality, grant.municipality),
        office=_both(actor.office, grant.office),
        branch=_both(actor.branch, grant.branch),
    )


def _both(told: str | None, granted: str | None) -> str | None:
    """None is all of them."""
    if told and granted and told != granted:
        raise AnotherRoleGranted(granted)
    return told or granted


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
