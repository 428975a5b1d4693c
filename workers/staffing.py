"""Who works in which role, by hand: to begin with, there is no operator who could say so."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

import typer
from rich.console import Console

from adapters.bootstrap import Parts, open_parts
from adapters.event_store.office import Done
from adapters.event_store.recorded import Metadata
from adapters.identity.staff import account_id
from adapters.ids import new_id
from adapters.settings import Settings
from domain.municipality.municipality import Municipality
from domain.saying import SaysWhatToDo
from domain.staff.events import StaffRole
from domain.staff.register import STAFF, Grant, GrantRole, Member, RevokeRole, StaffCommand
from domain.working_days import BERLIN
from workers.at_the_machine import operator_there, whoever_is_there

LISTED = """SELECT subject, coalesce(role, '-'), coalesce(municipality, 'every municipality'),
    office, branch, since, revoked FROM staff_v1 ORDER BY subject, place"""

BOTH = "Where the provider's token names a role as well, only what both allow holds."
NOBODY_YET = (
    "Nobody was granted a role here yet, as far as `work` has read; `staff grant` gives one."
)
NEVER_SEEN = (
    "{} was never granted a role here, so there is nothing to revoke; `staff list` shows the "
    "accounts. To bar one whose provider names its role, say --bar."
)


class PlaceUnknown(Exception):
    """There is no such office or branch in the municipality."""

    def __str__(self) -> str:
        what, name, known = self.args
        return f"There is no {what} {name} here; there are: {', '.join(known) or 'none'}."


class PlaceNeedsMunicipality(SaysWhatToDo):
    """Name the --municipality of the office or branch."""


class OnlyClerksWorkThere(SaysWhatToDo):
    """Only a clerk works for an office or a branch; leave it out."""


def grant_role(settings: Settings, url: str, subject: str, wanted: Grant) -> None:
    command = GrantRole(
        subject=subject,
        role=wanted.role,
        municipality=wanted.municipality,
        office=wanted.office,
        branch=wanted.branch,
        by=whoever_is_there(),
        now=datetime.now(UTC),
        for_all=True,
    )
    _carry_out(settings, url, command)


def revoke_role(
    settings: Settings,
    url: str,
    subject: str,
    municipality: str | None,
    reason: str,
    *,
    bar: bool,
) -> None:
    """`bar`: also an account that was never seen here. Raise typer.Exit where it was not."""
    command = RevokeRole(
        subject=subject,
        municipality=municipality,
        reason=reason,
        by=whoever_is_there(),
        now=datetime.now(UTC),
    )
    _carry_out(settings, url, command, seen_only=not bar)


def list_staff(settings: Settings, url: str) -> None:
    """As the read model shows it: `work` keeps it."""

    async def ask(parts: Parts) -> None:
        rows = await parts.log.rows(LISTED)
        if not rows:
            _say(NOBODY_YET)
        for subject, role, town, office, branch, since, revoked in rows:
            narrowed = ", ".join(part for part in (office, branch) if part)
            state = "revoked" if revoked else role
            _say(f"{subject}  {state}  {town}  {narrowed or 'all of it'}  {_here(since)}")

    _with_parts(settings, url, ask)


def _here(at: datetime) -> str:
    """By the clock here, as the history shows it."""
    return f"{at.astimezone(BERLIN):%Y-%m-%d %H:%M %Z}"


def _carry_out(
    settings: Settings, url: str, command: StaffCommand, *, seen_only: bool = False
) -> None:
    async def do(parts: Parts) -> None:
        if command.municipality:
            town = parts.catalogue.municipality(command.municipality)
            _require_places(town, command)
        elif isinstance(command, GrantRole) and (command.office or command.branch):
            raise PlaceNeedsMunicipality
        if seen_only:
            await _require_seen(parts, command)
        stamp = Metadata(new_id(), operator_there(), new_id().hex)
        _say(_told(command, await parts.staff.carry_out(command, stamp)))

    _with_parts(settings, url, do)


def _require_places(town: Municipality, command: StaffCommand) -> None:
    if not isinstance(command, GrantRole) or not (command.office or command.branch):
        return
    if command.role is not StaffRole.CLERK:
        raise OnlyClerksWorkThere
    _require_one_of("office", command.office, town.offices)
    _require_one_of("branch", command.branch, town.branch_keys)


def _require_one_of(what: str, name: str | None, known: Sequence[str]) -> None:
    if name is not None and name not in known:
        raise PlaceUnknown(what, name, known)


async def _require_seen(parts: Parts, command: StaffCommand) -> None:
    """Another mistake in the command is told first."""
    events = await parts.log.events(account_id(command.subject))
    STAFF.decide(STAFF.fold(events), command)
    if not events:
        typer.echo(f"amtsweg: {NEVER_SEEN.format(command.subject)}", err=True)
        raise typer.Exit(1)


def _told(command: StaffCommand, done: Done[Member]) -> str:
    grant = done.state.grant
    if grant is None:
        return f"{command.subject} has no role from its next request on."
    narrowed = "".join(f", {part}" for part in (grant.office, grant.branch) if part)
    place = grant.municipality or "every municipality"
    return f"{command.subject} is {grant.role} for {place}{narrowed}.\n{BOTH}"


def _with_parts(settings: Settings, url: str, do: Callable[[Parts], Awaitable[None]]) -> None:
    async def main() -> None:
        async with open_parts(settings, url) as parts:
            await do(parts)

    asyncio.run(main())


def _say(text: str) -> None:
    Console(soft_wrap=True).print(text, markup=False, highlight=False)
