"""The command that plays a scenario."""

from typing import TYPE_CHECKING, Annotated

import typer

from workers.telling import settings

if TYPE_CHECKING:
    from adapters.settings import Settings

commands = typer.Typer()


@commands.command()
def scenario(
    name: Annotated[str, typer.Argument(help="Which one, e.g. emscher-lippe-2021.")],
    seed: Annotated[int, typer.Option(help="The same seed deals the same year.")] = 2021,
    scale: Annotated[
        float, typer.Option(min=0.001, max=1000, help="So many times its numbers.")
    ] = 1.0,
    months: Annotated[
        int | None, typer.Option(min=1, max=12, help="Only its first months.")
    ] = None,
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Into a log that holds applications already.")
    ] = False,
) -> None:
    """Play a year of a region into a database that is meant for it.

    Made-up people, real commands by all rules, on a clock of its own. In a folder of
    its own the database is prepared and seeded first.
    """
    from adapters.preparing import ready_database
    from workers.scenario.running import Wanted, run_scenario
    from workers.scenario.table import scenario as found

    with settings() as given:
        wanted = Wanted(scenario=found(name), seed=seed, scale=scale, months=months)
        _make_ready(given)
        with ready_database(given) as url:
            run_scenario(given, url, wanted, force=force)


def _make_ready(given: "Settings") -> None:
    """A database of somebody else's is theirs to prepare."""
    from adapters.postgres.finding import database
    from adapters.preparing import prepare
    from workers.seeding import files_of, seed_where_nothing_is

    if given.database_url is None:
        with database(given, begin=True) as url:
            prepare(given, url)
            seed_where_nothing_is(url, files_of(given))
