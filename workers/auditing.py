"""The commands of whoever audits the log."""

from pathlib import Path
from typing import Annotated

import typer

from workers.telling import settings

MadeAt = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        help="When the file of --offline was handed to you, as you know it yourself.",
    ),
]

commands = typer.Typer()


Offline = Annotated[
    Path | None, typer.Option(metavar="FILE", help="A file of `export`, and no database.")
]
Key = Annotated[
    str | None, typer.Option(metavar="KEY", help="The log's public key, or a file with it.")
]
Places = Annotated[
    list[str] | None,
    typer.Option(metavar="PLACE", help="A file or an address that checkpoints were given to."),
]


@commands.command()
def verify(
    offline: Offline = None, key: Key = None, anchor: Places = None, made_at: MadeAt = None
) -> None:
    """Check that the log is the one that was written and signed.

    Exits with 1 when something is wrong, and names it.
    """
    from adapters.kafka.access import kafka_access
    from adapters.postgres.finding import database
    from workers.evidence import verify_database, verify_export
    from workers.maintenance import moment

    if made_at is not None and offline is None:
        raise typer.BadParameter("--made-at speaks of a file; give it with --offline.")
    with settings() as given:
        if offline is not None:
            known = moment(made_at) if made_at else None
            sound = verify_export(offline, key, anchor or [], known, kafka_access(given))
        else:
            with database(given) as url:
                sound = verify_database(given, url, key, anchor or [])
    raise typer.Exit(0 if sound else 1)


@commands.command()
def export(
    file: Annotated[Path, typer.Argument(help="Where to; .gz is compressed.")],
    *,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
) -> None:
    """Write the log into a file to be verified elsewhere.

    What is personal stays sealed in it; `verify --offline` checks it.
    """
    from adapters.postgres.finding import database
    from workers.evidence import export_log

    with settings() as given, database(given) as url:
        export_log(given, url, file, force=force)
