"""The commands of whoever keeps personal data: to erase a person, and to change the keys."""

from typing import Annotated

import typer

from domain.municipality.ags import is_ags
from workers.asked_first import require_yes
from workers.telling import settings

EITHER_OR = "one of the two: a SUBJECT, or --due for all payers whose time is over."
NO_WAY_BACK = "No backup from before the rotation can be read then."

commands = typer.Typer()
keys = typer.Typer(help="The keys that personal data are sealed under.", no_args_is_help=True)
commands.add_typer(keys, name="keys")


def official_key(ags: str | None) -> str | None:
    if ags is not None and not is_ags(ags):
        raise typer.BadParameter("an AGS has 8 digits, e.g. 05513000, or 5 of a Kreis, e.g. 05562.")
    return ags


Subject = Annotated[str | None, typer.Argument(help="An account, or the id of one application.")]
Town = Annotated[
    str | None,
    typer.Option(metavar="AGS", callback=official_key, help="In this municipality only."),
]
Issuer = Annotated[
    str | None,
    typer.Option(metavar="URL", help="The provider that calls the person SUBJECT."),
]
Due = Annotated[bool, typer.Option("--due", help="Erase the payers whose time is over instead.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


@commands.command()
def erase(
    subject: Subject = None,
    municipality: Town = None,
    issuer: Issuer = None,
    *,
    yes: Yes = False,
    due: Due = False,
) -> None:
    """Erase a person: destroy the keys of what is personal.

    An account: all of its applications; an id: this one alone, whoever made it. What happened stays
    in the histories, without whom. Backups from before can be read until the key they are under is
    retired (`keys show`). Asks first; without a terminal it needs --yes. Exits with 1 when
    something has to be kept, or when nothing is known of them.
    """
    from adapters.postgres.finding import database
    from workers.erasing import Person, erase_due, erase_person

    if (subject is None) != due:
        raise typer.BadParameter(EITHER_OR if due else "name a SUBJECT, or give --due.")
    if issuer and due:
        raise typer.BadParameter("--issuer says who a SUBJECT is; --due names nobody.")
    if subject and not yes:
        require_yes(f"Erase what is personal of {subject}, for ever?")
    with settings() as given, database(given) as url:
        if due:
            all_gone = erase_due(given, url)
        else:
            all_gone = erase_person(given, url, Person(subject or "", issuer), municipality)
    raise typer.Exit(0 if all_gone else 1)


@commands.command()
def retention(
    *, do: Annotated[bool, typer.Option("--do", help="Let it go, for ever.")] = False
) -> None:
    """Show what has been kept for long enough, and with --do let it go.

    Proofs and persons by the policy of each service, payers by the law. Exits with 1 when with --do
    something had to stay.
    """
    from adapters.postgres.finding import database
    from workers.letting_go import show_retention

    with settings() as given, database(given) as url:
        all_gone = show_retention(given, url, do=do)
    raise typer.Exit(0 if all_gone else 1)


@keys.command()
def show() -> None:
    """List the versions, and how many data keys are under each."""
    from adapters.postgres.finding import database
    from workers.changing_keys import show_keys

    with settings() as given, database(given) as url:
        show_keys(given, url)


@keys.command()
def rotate() -> None:
    """Make a new key-encryption key and wrap all data keys anew; no event is touched.

    Exits with 1 where some were damaged; they are named and passed over.
    """
    from adapters.postgres.finding import database
    from workers.changing_keys import rotate_keys

    with settings() as given, database(given) as url:
        all_done = rotate_keys(given, url)
    raise typer.Exit(0 if all_done else 1)


@keys.command()
def retire(
    version: Annotated[int, typer.Argument(help="The version to forget.")],
    *,
    yes: Yes = False,
    give_up: Annotated[bool, typer.Option(help="Although some data keys are damaged.")] = False,
) -> None:
    """Take an old version out of the key file, for ever.

    What was erased before is then beyond recall, and so are all backups from before the rotation.
    Asks first; without a terminal it needs --yes.
    """
    from adapters.personal_data.rotation import require_retirable
    from adapters.postgres.finding import database
    from workers.changing_keys import retire_key

    with settings() as given, database(given) as url:
        require_retirable(given.key_file, url, version, give_up=give_up)
        if not yes:
            require_yes(f"{NO_WAY_BACK} Retire version {version}?")
        retire_key(given, url, version, give_up=give_up)
