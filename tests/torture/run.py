"""A run: PostgreSQL with fsync, writers and readers over it, faults, and the checks afterwards."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from shutil import rmtree
from tempfile import mkdtemp

from adapters.event_names import EVENT_TYPES
from adapters.event_store.log import EventLog
from adapters.event_store.mapper import EventMapper
from adapters.personal_data.key_ring import load_key_ring, new_key_ring, save_key_ring
from adapters.postgres.connecting import pool
from adapters.postgres.embedded import EmbeddedPostgres, start
from adapters.postgres.schema import bring_up_to_date
from tests.adapters.event_store.wire import Wire
from tests.torture.checks import Violation, violations
from tests.torture.crew import Crew, Member
from tests.torture.evidence import Evidence, gathered, journals
from tests.torture.faults import Fate, Fault, befall
from tests.torture.journal import answers_in, by_rules, last_acknowledged, now
from tests.torture.report import Report, reported
from tests.torture.writer import HANDS

WRITERS = ("anna", "ben", "clara")
LIBRARY = "library"
WITHIN_SECONDS = 180


class NotAtWork(Exception):
    """A writer got nothing acknowledged for minutes, or the rules refused nobody anything, though
    nothing stood in their way.
    """


class HasDied(Exception):
    """A process ended by itself; its log says why."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`pause`: seconds between two faults of one of the two hands that deal them, on average.

    `report(seconds gone, seconds in all)` is called now and then.
    """

    seed: int
    seconds: float
    pause: float
    report: Callable[[int, int], None] = lambda _done, _total: None


def torture(plan: Plan) -> Report:
    """Keep the folder, its logs and its database, only where something was violated or failed."""
    folder = Path(mkdtemp(prefix="amtsweg-torture-"))
    save_key_ring(new_key_ring(), folder / "keys.json")
    try:
        with start(folder) as server:
            bring_up_to_date(server.url)
            report = asyncio.run(_run(plan, folder, server))
    except BaseException as error:
        error.add_note(f"Seed {plan.seed}; what was left is in {folder}.")
        raise
    if not report.violations:
        rmtree(folder)
    return report


async def _run(plan: Plan, folder: Path, server: EmbeddedPostgres) -> Report:
    began, dice = now(), Random(plan.seed)  # noqa: S311 -- it deals faults, it guards nothing
    async with AsyncExitStack() as stack:
        wires = [await stack.enter_async_context(Wire(server.url)) for _ in WRITERS]
        crew = crew_of(plan, folder, server.url, wires)
        stack.push_async_callback(crew.kill)
        await crew.start()
        await all_at_work(crew, began)  # so that the faults meet work under way
        fate = Fate(server, crew, wires, dice)
        await befall(fate, Fault, plan.seconds, plan.pause, plan.report)
        await all_at_work(crew, now())
        await rules_at_work(folder, now())
        await crew.end("writers")
        await crew.end("readers")
        seconds = now() - began
        evidence = await look(folder, server.url)
    failed = [Violation("everybody ends in peace", who) for who in crew.failures()]
    found = [*failed, *violations(evidence)]
    return reported(
        seed=plan.seed,
        seconds=seconds,
        lines=journals(folder),
        struck=fate.struck,
        evidence=evidence,
        violations=found,
        folder=folder,
    )


def crew_of(plan: Plan, folder: Path, url: str, wires: Sequence[Wire]) -> Crew:
    def member(name: str, module: str, at: str, *arguments: str) -> Member:
        return Member(name, f"tests.torture.{module}", arguments, at, folder)

    def writer(name: str, module: str, at: str, *more: str) -> Member:
        return member(name, module, at, name, f"{plan.seed}/{name}/COUNT", *more)

    hands = [str(number) for number in HANDS]
    named = zip(WRITERS, wires, strict=True)
    ours = [writer(name, "writer", wire.url, *hands) for name, wire in named]
    readers = [member("reader", "reader", url), member("projector", "projecting", url)]
    return Crew(folder, [*ours, writer(LIBRARY, "library_writer", url)], readers)


async def all_at_work(crew: Crew, since: float) -> None:
    """Until each writer has had something acknowledged since then. Raise NotAtWork or HasDied."""
    idle = [writer.journal for writer in crew.writers]
    while idle := [file for file in idle if not file.exists() or last_acknowledged(file) < since]:
        if now() > since + WITHIN_SECONDS:
            raise NotAtWork(*idle)
        if died := crew.failures():
            raise HasDied(*died)
        await asyncio.sleep(0.1)


async def rules_at_work(folder: Path, since: float) -> None:
    """Until they have refused something, as they do of every ten. Raise NotAtWork."""
    while not any(by_rules(answer) for answer in answers_in(journals(folder)).values()):
        if now() > since + WITHIN_SECONDS:
            raise NotAtWork(folder)
        await asyncio.sleep(0.1)


async def look(folder: Path, url: str) -> Evidence:
    mapper = EventMapper(EVENT_TYPES, load_key_ring(folder / "keys.json"))
    async with pool(url) as connections:
        return await gathered(url, folder, EventLog(connections, mapper))
