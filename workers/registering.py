"""The commands of whoever decides which roles people have."""

from typing import Annotated

import typer

from domain.staff.events import StaffRole
from workers.telling import settings

commands = typer.Typer()
staff = typer.Typer(help="Who works in which role, and where.", no_args_is_help=True)
commands.add_typer(staff, name="staff")

Subject = Annotated[
    str, typer.Argument(help="The account as its provider names it, after our prefix for it.")
]


@staff.command()
def grant(
    subject: Subject,
    role: Annotated[StaffRole, typer.Argument(help="What they may do.")],
    municipality: Annotated[
        str | None, typer.Option(metavar="AGS", help="For whom; every one if left out.")
    ] = None,
    office: Annotated[str | None, typer.Option(help="A clerk's office.")] = None,
    branch: Annotated[str | None, typer.Option(help="A clerk's branch.")] = None,
) -> None:
    """Give an account a role; it holds from its next request on."""
    from adapters.postgres.finding import database
    from domain.staff.register import Grant
    from workers.staffing import grant_role

    with settings(quiet=True) as given, database(given) as url:
        grant_role(given, url, subject, Grant(role, municipality, office, branch))


@staff.command()
def revoke(
    *,
    subject: Subject,
    reason: Annotated[str, typer.Option(help="Why; it stands in the log.")],
    municipality: Annotated[
        str | None, typer.Option(metavar="AGS", help="There; everywhere if left out.")
    ] = None,
    bar: Annotated[
        bool, typer.Option("--bar", help="Also an account that was never seen here.")
    ] = False,
) -> None:
    """Take an account's role away.

    With --bar also one that only its provider names.
    """
    from adapters.postgres.finding import database
    from workers.staffing import revoke_role

    with settings(quiet=True) as given, database(given) as url:
        revoke_role(given, url, subject, municipality, reason, bar=bar)


@staff.command()
def history(subject: Subject) -> None:
    """Print what was granted and revoked, when, and by whom."""
    from adapters.identity.staff import account_id
    from adapters.personal_data.preparing import right_ring
    from adapters.postgres.finding import database
    from workers.maintenance import print_history

    with settings(quiet=True) as given, database(given) as url:
        ring = right_ring(given.key_file, url)
        print_history(url, ring, str(account_id(subject)), None, None)


@staff.command("list")
def list_() -> None:
    """Print who works in which role, and who was told to stop."""
    from adapters.postgres.finding import database
    from workers.staffing import list_staff

    with settings(quiet=True) as given, database(given) as url:
        list_staff(given, url)
