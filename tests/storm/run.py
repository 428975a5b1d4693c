"""A storm: PostgreSQL and Kafka, writers, workers over both, faults, and the checks afterwards."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from shutil import rmtree
from tempfile import mkdtemp

import psycopg

from adapters.event_names import EVENT_TYPES
from adapters.event_store.log import EventLog
from adapters.event_store.mapper import EventMapper
from adapters.kafka.access import required_access
from adapters.kafka.broker import Broker, broker_in
from adapters.kafka.making_topics import make_topics
from adapters.kafka.topics import topics as all_topics
from adapters.mail.catcher import MailCatcher
from adapters.personal_data.key_ring import load_key_ring, new_key_ring, save_key_ring
from adapters.postgres.connecting import pool
from adapters.postgres.embedded import EmbeddedPostgres, start
from adapters.postgres.privileges import ROLE
from adapters.postgres.schema import bring_up_to_date
from adapters.settings import Settings
from tests.kafka import Topics
from tests.service_login import new_login
from tests.storm import checks
from tests.storm.evidence import gathered
from tests.storm.faults import Fate, Fault
from tests.storm.report import Report, counted, recovered
from tests.storm.settling import all_begun, settled
from tests.storm.watch import Watch
from tests.torture.checks import Violation
from tests.torture.checks import violations as of_the_log
from tests.torture.crew import Crew, Member
from tests.torture.faults import befall
from tests.torture.journal import now
from tests.torture.run import all_at_work, look

WORKERS = ("first", "second")
HANDS = (4, 2)
# Processes die here, and no machine: the kernel keeps what was written.
QUICK = {"fsync": "off", "full_page_writes": "off"}
WITNESSED = f"""CREATE TABLE witnessed (
    number bigserial PRIMARY KEY, stream_id uuid NOT NULL, version bigint NOT NULL);
    GRANT SELECT, INSERT ON witnessed TO {ROLE};
    GRANT USAGE ON SEQUENCE witnessed_number_seq TO {ROLE}"""


@dataclass(frozen=True, slots=True)
class Plan:
    """`pause`: seconds between two faults of one of the two hands that deal them, on average.

    `longest`: seconds that the broker is down or a worker frozen, at most. `sabotage`: what the
    workers do wrong, so that there is something to be found. `report(seconds gone, in all)`.
    """

    seed: int
    seconds: float
    pause: float
    longest: float = 3
    faults: Sequence[Fault] = tuple(Fault)
    sabotage: str = ""
    report: Callable[[int, int], None] = lambda _done, _total: None


@dataclass(frozen=True, slots=True)
class Scene:
    """What a storm goes over, running and empty."""

    folder: Path
    server: EmbeddedPostgres
    broker: Broker
    topics: Topics
    mails: MailCatcher
    crew: Crew

    @property
    def workers(self) -> Sequence[Member]:
        return [member for member in self.crew.readers if member.name in WORKERS]


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
    async with _scene(plan, folder) as scene:
        return await _run(plan, scene)


@asynccontextmanager
async def _scene(plan: Plan, folder: Path) -> AsyncIterator[Scene]:
    async with AsyncExitStack() as stack:
        server = stack.enter_context(start(folder, QUICK))
        bring_up_to_date(server.url)
        with psycopg.connect(server.url) as connection:
            connection.execute(WITNESSED)
        broker = broker_in(folder / "kafka")
        stack.callback(broker.kill)
        await asyncio.to_thread(broker.start)
        topics = _topics(folder, broker)
        mails = await stack.enter_async_context(MailCatcher(folder / "mails"))
        login = stack.enter_context(new_login(server.url))
        crew = _crew(plan, topics, mails, server.url, login)
        stack.push_async_callback(crew.kill)
        yield Scene(folder, server, broker, topics, mails, crew)


def _topics(folder: Path, broker: Broker) -> Topics:
    """Made, and the keys as well."""
    settings = Settings(home=folder, kafka_bootstrap_servers=broker.address, kafka_partitions=3)
    ring = new_key_ring()
    for file in (settings.key_file, folder / "keys.json"):
        save_key_ring(ring, file)
    topics = Topics(settings, required_access(settings))
    list(make_topics(topics.access, all_topics(settings)))
    return topics


def _crew(plan: Plan, topics: Topics, mails: MailCatcher, url: str, login: str) -> Crew:
    folder = topics.settings.home
    environment = {
        "AMTSWEG_HOME": str(folder),
        "AMTSWEG_CLAMD": "off",
        "AMTSWEG_SMTP_PORT": str(mails.port),
        "KAFKA_BOOTSTRAP_SERVERS": topics.access.servers,
        "STORM_SABOTAGE": plan.sabotage,
    }
    writer = ("anna", f"{plan.seed}/anna/COUNT", *map(str, HANDS))
    workers = [
        Member(name, "tests.storm.worker", (), login, folder, environment) for name in WORKERS
    ]
    return Crew(
        folder,
        [Member("anna", "tests.torture.writer", writer, url, folder)],
        [*workers, *(Member(n, f"tests.torture.{n}", (), url, folder) for n in ("reader",))],
    )


async def _run(plan: Plan, scene: Scene) -> Report:
    began, dice, watch = now(), Random(plan.seed), Watch(scene.server.url)  # noqa: S311 -- it deals faults, it guards nothing
    crew = scene.crew
    fate = Fate(scene.server, scene.broker, scene.topics, crew, scene.workers, dice, plan.longest)
    watching = asyncio.create_task(watch.look())
    await crew.start()
    await all_at_work(crew, began)
    await all_begun(scene.server.url)
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
        faults=counted(fate.struck),
        recovered=recovered(fate.struck, watch, evidence),
        violations=[*failed, *of_the_log(evidence), *checks.violations(after)],
        folder=scene.folder,
    )
