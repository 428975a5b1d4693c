"""A storm: PostgreSQL and Kafka, writers, workers over both, faults, and the checks afterwards."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from shutil import rmtree
from tempfile import mkdtemp
from typing import LiteralString

from adapters.event_names import EVENT_TYPES
from adapters.event_store.log import EventLog
from adapters.event_store.mapper import EventMapper
from adapters.personal_data.key_ring import load_key_ring
from adapters.postgres.connecting import pool
from tests.storm import checks
from tests.storm.evidence import gathered
from tests.storm.faults import Fate, Fault
from tests.storm.report import Report, recovered
from tests.storm.scene import Scene, scene_of
from tests.storm.settling import all_begun, settled
from tests.storm.watch import Watch
from tests.torture.checks import Violation
from tests.torture.checks import violations as of_the_log
from tests.torture.faults import befall
from tests.torture.journal import now
from tests.torture.run import all_at_work, look
from tests.torture.verdict import counted


@dataclass(frozen=True, slots=True)
class Plan:
    """`pause`: seconds between two faults of one of the two hands that deal them, on average.

    `longest`: seconds that the broker is down or a worker frozen, at most. `sabotage`: what the
    workers do wrong, so that there is something to be found; `so_that`: questions to the database
    that have an answer before the time begins. `report(seconds gone, in all)`.
    """

    seed: int
    seconds: float
    pause: float
    longest: float = 3
    faults: Sequence[Fault] = tuple(Fault)
    sabotage: str = ""
    so_that: Sequence[LiteralString] = ()
    report: Callable[[int, int], None] = lambda _done, _total: None


def storm(plan: Plan) -> Report:
    """Keep the folder, its logs and its database, only where something was violated or failed."""
    folder = Path(mkdtemp(prefix="amtsweg-storm-"))
    try:
        report = asyncio.run(_storm(plan, folder))
    except BaseException as error:
        error.add_note(f"Seed {plan.seed}; what was left is in {folder}.")
        raise
    if not report.violations:
        rmtree(folder)
    return report


async def _storm(plan: Plan, folder: Path) -> Report:
    async with scene_of(plan.seed, plan.sabotage, folder) as scene:
        return await _run(plan, scene)


async def _run(plan: Plan, scene: Scene) -> Report:
    began, dice, watch = now(), Random(plan.seed), Watch(scene.server.url)  # noqa: S311 -- it deals faults, it guards nothing
    crew = scene.crew
    fate = Fate(scene, dice, plan.longest)
    watching = asyncio.create_task(watch.look())
    await crew.start()
    await all_at_work(crew, began)
    await all_begun(scene.server.url, plan.so_that)
    await befall(fate, plan.faults, plan.seconds, plan.pause, plan.report)
    healed = now()
    await all_at_work(crew, healed)
    await crew.end("writers")
    await settled(scene.server.url, scene.topics.access)
    caught_up = now() - healed
    await crew.end("readers")
    watching.cancel()
    return await _reported(plan, scene, fate, watch, (now() - began, caught_up))


async def _reported(
    plan: Plan, scene: Scene, fate: Fate, watch: Watch, took: tuple[float, float]
) -> Report:
    evidence = await look(scene.folder, scene.server.url)
    mapper = EventMapper(EVENT_TYPES, load_key_ring(scene.folder / "keys.json"))
    async with pool(scene.server.url) as connections:
        after = await gathered(
            scene.server.url,
            EventLog(connections, mapper),
            scene.topics,
            scene.mails.folder,
            scene.back_office,
            evidence.log,
        )
    failed = [Violation("everybody ends in peace", who) for who in scene.crew.failures()]
    return Report(
        seed=plan.seed,
        seconds=took[0],
        settled=took[1],
        commands=len(evidence.asked),
        acknowledged=sum(answer.acknowledged for answer in evidence.answers.values()),
        after=after,
        faults=counted(Fault, fate.struck),
        recovered=recovered(fate.struck, watch, evidence),
        violations=[*failed, *of_the_log(evidence), *checks.violations(after)],
        folder=scene.folder,
    )
