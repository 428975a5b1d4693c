"""Who works in which role, by hand: to begin with, there is no operator who could say so."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from getpass import getuser

from rich.console import Console

from adapters.bootstrap import Parts, open_parts
from adapters.event_store.office import Done
from adapters.event_store.recorded import ActorStamp, Metadata
from adapters.ids import new_id
from adapters.settings import Settings
from domain.staff.register import Grant, GrantRole, Member, RevokeRole, StaffCommand

LISTED = """SELECT subject, coalesce(role, '-'), coalesce(municipality, 'every municipality'),
    office, branch, since, revoked FROM staff_v1 ORDER BY subject, place"""


def grant_role(settings: Settings, url: str, subject: str, wanted: Grant) -> None:
    command = GrantRole(
        subject=subject,
        role=wanted.role,
        municipality=wanted.municipality,
        office=wanted.office,
        branch=wanted.branch,
        by=_who(),
        now=datetime.now(UTC),
        for_all=True,
    )
    _carry_out(settings, url, command)


def revoke_role(
    settings: Settings, url: str, subject: str, municipality: str | None, reason: str
) -> None:
    command = RevokeRole(
        subject=subject,
        municipality=municipality,
        reason=reason,
        by=_who(),
        now=datetime.now(UTC),
    )
    _carry_out(settings, url, command)


def list_staff(settings: Settings, url: str) -> None:
    """As the read model shows it: `work` keeps it."""

    async def ask(parts: Parts) -> None:
        for subject, role, town, office, branch, since, revoked in await parts.log.rows(LISTED):
            narrowed = ", ".join(part for part in (office, branch) if part)
            state = "revoked" if revoked else role
            _say(f"{subject}  {state}  {town}  {narrowed or 'all of it'}  {since:%Y-%m-%d %H:%M}")

    _with_parts(settings, url, ask)


def _carry_out(settings: Settings, url: str, command: StaffCommand) -> None:
    async def do(parts: Parts) -> None:
        if command.municipality:
            parts.catalogue.municipality(command.municipality)
        stamp = Metadata(new_id(), ActorStamp(_who(), "operator"), new_id().hex)
        _say(_told(command, await parts.staff.carry_out(command, stamp)))

    _with_parts(settings, url, do)


def _told(command: StaffCommand, done: Done[Member]) -> str:
    grant = done.state.grant
    if grant is None:
        return f"{command.subject} has no role from its next request on."
    return f"{command.subject} is {grant.role} for {grant.municipality or 'every municipality'}."


def _with_parts(settings: Settings, url: str, do: Callable[[Parts], Awaitable[None]]) -> None:
    async def main() -> None:
        async with open_parts(settings, url) as parts:
            await do(parts)

    asyncio.run(main())


def _who() -> str:
    """Who is at the machine is all that is known of who asked."""
    return f"command-line:{getuser()}"


def _say(text: str) -> None:
    Console(soft_wrap=True).print(text, markup=False, highlight=False)
