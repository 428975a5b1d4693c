"""The commands by which an operator looks at the letters before anybody gets one."""

from typing import Annotated

import typer

from workers.telling import settings

commands = typer.Typer()
letters = typer.Typer(help="What is written to applicants and offices.")
commands.add_typer(letters, name="letters")
Name = Annotated[str, typer.Argument(help="As the list shows it; without a version the newest.")]
InLanguage = Annotated[
    str | None, typer.Option("--language", help="de, en, or de-simple (plain German).")
]
Ags = Annotated[
    str | None, typer.Option("--municipality", metavar="AGS", help="As this one would send it.")
]
Service = Annotated[str | None, typer.Option(metavar="KEY", help="About this service.")]
Application = Annotated[
    str | None,
    typer.Option(metavar="ID", help="As this applicant is told. It shows personal data."),
]


@letters.callback(invoke_without_command=True)
def listed(context: typer.Context) -> None:
    """Without a command, list the letters: name, version, languages, who gets it, and when.

    `letters show NAME` writes one out.
    """
    if context.invoked_subcommand is None:
        list_()


@letters.command("list")
def list_() -> None:
    """List the letters, as `letters` alone does."""
    from workers.previewing import print_letters

    print_letters()


@letters.command()
def show(
    name: Name,
    language: InLanguage = None,
    municipality: Ags = None,
    service: Service = None,
    application: Application = None,
) -> None:
    """Write a letter out with invented data, or as an applicant would get it.

    Without --municipality and --application no database is needed: then it is from the
    catalogue's own files. Nothing is sent or recorded.
    """
    from adapters.postgres.finding import database
    from workers.previewing import Wanted, print_invented, print_real

    with settings() as given:
        wanted = Wanted.asked(name, language, municipality, service, application)
        if application is None and municipality is None:
            print_invented(None, wanted)
            return
        with database(given) as url:
            if application is None:
                print_invented(url, wanted)
            else:
                print_real(given, url, wanted)
