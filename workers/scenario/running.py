"""Plays a scenario into a database that is meant for it, and counts what was played."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from time import perf_counter

import uvloop
from rich.console import Console

from adapters.bootstrap import Parts, open_parts
from adapters.postgres.connecting import connect
from adapters.read_models.projector import Projector
from adapters.settings import Settings
from domain.adoption.period import ONE_DAY, months_later
from domain.saying import SaysWhatToDo
from projections.applications_counted import APPLICATIONS_COUNTED
from projections.first_users_counted import FIRST_USERS_COUNTED
from projections.projection import Projection
from projections.referrals_counted import REFERRALS_COUNTED
from workers.progress import progress
from workers.scenario.playing import Player
from workers.scenario.submitting import playable
from workers.scenario.table import Scenario, Volume
from workers.scenario.visits import Dealer

COUNTED: tuple[Projection, ...] = (APPLICATIONS_COUNTED, FIRST_USERS_COUNTED, REFERRALS_COUNTED)
SOMETHING = "SELECT EXISTS (SELECT FROM data_keys)"
BATCH = 2_000

Report = Callable[[int, int], None]


class LogIsInUse(SaysWhatToDo):
    """This database holds applications already; play the scenario into one of its own (another
    AMTSWEG_HOME or DATABASE_URL), or add it to this one for good with --force.
    """


class NothingToPlay(SaysWhatToDo):
    """No town of this scenario offers any of its services here; if nothing is seeded yet, run
    `seed` first.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """`scale`: so many times the numbers of the scenario; `months`: only its first ones.

    `worked_on`: of a hundred applications, how many the offices go on with; the others stay as they
    came in. All are counted alike.
    """

    scenario: Scenario
    seed: int = 2021
    scale: float = 1.0
    months: int | None = None
    worked_on: int = 100

    @property
    def until(self) -> date:
        if self.months is None:
            return self.scenario.last
        return months_later(self.scenario.first, self.months) - ONE_DAY


@dataclass(frozen=True, slots=True)
class Played:
    """`left_out`: what the catalogue here does not offer."""

    applications: int
    commands: int
    seconds: float
    left_out: Sequence[Volume]


def run_scenario(settings: Settings, url: str, wanted: Wanted, *, force: bool) -> None:
    """Raise LogIsInUse or NothingToPlay."""

    async def main() -> Played:
        async with open_parts(settings, url) as parts:
            if not force and (await parts.log.rows(SOMETHING))[0][0]:
                raise LogIsInUse
            with progress(f"Playing {wanted.scenario.name}") as report:
                played = await play(parts, wanted, report)
            with progress("Counting") as report:
                await count(parts, report)
            return played

    _tell(uvloop.run(main()), wanted)


async def play(parts: Parts, wanted: Wanted, report: Report) -> Played:
    """`report` is told how many visits there have been, and how many there will be."""
    scenario, started = wanted.scenario, perf_counter()
    here = [v for v in scenario.volumes if playable(scenario, parts.catalogue, v.town, v.service)]
    if not here:
        raise NothingToPlay
    dealer = Dealer(scenario, wanted.seed, wanted.scale, here, wanted.until)
    total = dealer.total
    player = Player(
        parts, scenario, wanted.seed, lambda begun: report(begun, total), wanted.worked_on
    )
    await player.play(dealer.visits())
    left_out = [volume for volume in scenario.volumes if volume not in here]
    seconds = perf_counter() - started
    return Played(player.applications, player.commands, seconds, left_out)


async def count(parts: Parts, report: Report) -> None:
    """Bring the counts up to date, so that a report tells all of it at once."""
    head = await parts.log.head()
    async with await connect(parts.url) as connection:
        for number, projection in enumerate(COUNTED):
            projector = Projector(projection, parts.mapper)
            while (step := await projector.step(connection, upto=head, limit=BATCH)).events:
                report(number * head + step.position, len(COUNTED) * head)


def _tell(played: Played, wanted: Wanted) -> None:
    console, period = Console(), (wanted.scenario.first, wanted.until)
    rate = played.commands / played.seconds
    console.print(
        f"{played.applications:,} applications by {played.commands:,} commands in "
        f"{played.seconds:,.0f} s, {rate:,.0f} a second.", highlight=False,
    )  # fmt: skip
    for volume in played.left_out:
        console.print(f"Not offered here: {volume.service} in {volume.town}.", highlight=False)
    console.print(f"See it with: report --from {period[0]} --to {period[1]}", highlight=False)
