"""What the commands about Kafka do."""

import time

import psycopg
from rich.console import Console

from adapters.kafka.access import required_access
from adapters.kafka.broker import broker_in
from adapters.kafka.errors import KafkaFailed
from adapters.kafka.topics import DAY_MS, Topic, topics
from adapters.postgres.connecting import OPTIONS
from adapters.runner_names import RELAY
from adapters.settings import Settings
from domain.saying import SaysWhatToDo
from workers.stopping import Stop

LOOK_AFTER_SECONDS = 0.2
KAFKA_PORT = 9092
STANDS = "SELECT position FROM positions WHERE runner = %s FOR UPDATE"
SET_BACK = """UPDATE positions SET position = %(before)s, moved_at = clock_timestamp(),
    applied = (SELECT count(*) FROM events WHERE notification_id <= %(before)s)
    WHERE runner = %(runner)s"""


class RepublishRefused(SaysWhatToDo):
    """Nothing is published again.

    RepublishRefused
    └── NotPublishedYet
    """


class NotPublishedYet(RepublishRefused):
    """The relay has not come as far as this position, so there is nothing to publish again; it
    stands at:
    """


def print_topics(settings: Settings) -> None:
    """Raise a kind of KafkaFailed."""
    from adapters.kafka.making_topics import make_topics

    console = Console(highlight=False)
    for topic, new in make_topics(required_access(settings), topics(settings)):
        word = "made" if new else "is there"
        console.print(f"{topic.name}: {word}, {_described(topic)}")


def furnish(settings: Settings, console: Console) -> None:
    """Make the topics for whoever tries it out; a Kafka that does not answer is waited for."""
    from adapters.kafka.making_topics import make_topics

    try:
        for _ in make_topics(required_access(settings), topics(settings)):
            pass
    except KafkaFailed as error:
        console.print(f"Kafka: {error}", highlight=False)


def _described(topic: Topic) -> str:
    partitions = "1 partition" if topic.partitions == 1 else f"{topic.partitions} partitions"
    kept = topic.settings.get("retention.ms")
    return f"{partitions}, {f'kept {int(kept) // DAY_MS} days' if kept else 'compacted'}"


def republish_from(settings: Settings, url: str, position: int) -> None:
    """Set the relay back to before this position. Raise KafkaIsOff or NotPublishedYet."""
    required_access(settings)
    with psycopg.connect(url, options=OPTIONS) as connection:
        row = connection.execute(STANDS, (RELAY,)).fetchone()
        stands = row[0] if row else 0
        if position > stands:
            raise NotPublishedYet(stands)
        connection.execute(SET_BACK, {"before": position - 1, "runner": RELAY})
    Console(highlight=False).print(
        f"The relay publishes positions {position} to {stands} again, and goes on from there."
    )


def run_broker(settings: Settings, port: int | None) -> None:
    """Run it until told to stop. Raise BrokerRuns, BrokerNeedsJava or BrokerDidNotStart."""
    stop, console = Stop.listening(), Console(highlight=False, soft_wrap=True)
    broker = broker_in(settings.home / "kafka", port, KAFKA_PORT)
    with console.status("Starting Kafka; the first time, Maven fetches it ..."):
        broker.start()
    try:
        if port and port != broker.port:
            console.print(f"Port {port} is taken.")
        console.print(f"Kafka runs, and keeps its data in {broker.folder}. For the others:")
        console.print(f"  export KAFKA_BOOTSTRAP_SERVERS={broker.address}")
        console.print("Then `amtsweg topics`. Ctrl-C ends it.")
        while broker.runs and not stop.told:
            time.sleep(LOOK_AFTER_SECONDS)
    finally:
        broker.stop()
