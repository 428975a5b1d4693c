"""What a storm goes over: PostgreSQL, Kafka, those who are told, writers, workers."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from adapters.kafka.access import required_access
from adapters.kafka.broker import Broker, broker_in
from adapters.kafka.making_topics import make_topics
from adapters.kafka.topics import topics as all_topics
from adapters.mail.catcher import MailCatcher
from adapters.personal_data.key_ring import new_key_ring, save_key_ring
from adapters.postgres.embedded import EmbeddedPostgres, start
from adapters.postgres.privileges import ROLE
from adapters.postgres.schema import bring_up_to_date
from adapters.settings import Settings
from tests.back_office import Receiver, receiving
from tests.kafka import Topics
from tests.service_login import new_login
from tests.torture.crew import Crew, Member

WORKERS = ("first", "second")
# Nobody is alone with an application: workers change them as well.
HANDS = (0, 1, 2)
# Processes die here, and no machine: the kernel keeps what was written.
QUICK = {"fsync": "off", "full_page_writes": "off"}
WITNESSED = f"""CREATE TABLE witnessed (
    number bigserial PRIMARY KEY, stream_id uuid NOT NULL, version bigint NOT NULL);
    GRANT SELECT, INSERT ON witnessed TO {ROLE};
    GRANT USAGE ON SEQUENCE witnessed_number_seq TO {ROLE};
    CREATE TABLE looked (worker text PRIMARY KEY, position bigint NOT NULL);
    GRANT SELECT, UPDATE ON looked TO {ROLE}"""
WORKS = "INSERT INTO looked VALUES (%s, 0)"


@dataclass(frozen=True, slots=True)
class Scene:
    """What a storm goes over, running and empty."""

    folder: Path
    server: EmbeddedPostgres
    broker: Broker
    topics: Topics
    mails: MailCatcher
    back_office: Receiver
    crew: Crew

    @property
    def workers(self) -> Sequence[Member]:
        return [member for member in self.crew.readers if member.name in WORKERS]


@asynccontextmanager
async def scene_of(seed: int, sabotage: str, folder: Path) -> AsyncIterator[Scene]:
    async with AsyncExitStack() as stack:
        server = stack.enter_context(start(folder, QUICK))
        bring_up_to_date(server.url)
        with psycopg.connect(server.url) as connection:
            connection.execute(WITNESSED)
            connection.cursor().executemany(WORKS, [(name,) for name in WORKERS])
        broker = broker_in(folder / "kafka")
        stack.callback(broker.kill)
        await asyncio.to_thread(broker.start)
        topics = _topics(folder, broker)
        mails = await stack.enter_async_context(MailCatcher(folder / "mails"))
        login = stack.enter_context(new_login(server.url))
        back_office = stack.enter_context(receiving())
        crew = _crew(seed, server.url, login, folder, _told(sabotage, topics, mails, back_office))
        stack.push_async_callback(crew.kill)
        yield Scene(folder, server, broker, topics, mails, back_office, crew)


def _topics(folder: Path, broker: Broker) -> Topics:
    """Made, and the keys as well."""
    settings = Settings(home=folder, kafka_bootstrap_servers=broker.address, kafka_partitions=3)
    ring = new_key_ring()
    for file in (settings.key_file, folder / "keys.json"):
        save_key_ring(ring, file)
    topics = Topics(settings, required_access(settings))
    list(make_topics(topics.access, all_topics(settings)))
    return topics


def _told(
    sabotage: str, topics: Topics, mails: MailCatcher, back_office: Receiver
) -> Mapping[str, str]:
    """The settings of a worker."""
    entry = back_office.entry(services=["library-card", "garden-water-meter"])
    return {
        "AMTSWEG_HOME": str(topics.settings.home),
        "AMTSWEG_BACK_OFFICES": json.dumps([entry]),
        "AMTSWEG_CLAMD": "off",
        "AMTSWEG_SMTP_PORT": str(mails.port),
        "KAFKA_BOOTSTRAP_SERVERS": topics.access.servers,
        "STORM_SABOTAGE": sabotage,
    }


def _crew(seed: int, url: str, login: str, folder: Path, told: Mapping[str, str]) -> Crew:
    writer = ("anna", f"{seed}/anna/COUNT", *map(str, HANDS))
    workers = [Member(name, "tests.storm.worker", (name,), login, folder, told) for name in WORKERS]
    return Crew(
        folder,
        [Member("anna", "tests.torture.writer", writer, url, folder)],
        [*workers, *(Member(n, f"tests.torture.{n}", (), url, folder) for n in ("reader",))],
    )
