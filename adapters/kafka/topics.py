"""The topics: one for each aggregate, and one for signed checkpoints of the log."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.event_names import EVENT_TYPES
from adapters.event_store.mapping import SUPERSEDED
from adapters.kafka.settings import KafkaSettings
from adapters.kafka.topic_names import CHECKPOINTS, topic_name

DAY_MS = 24 * 60 * 60 * 1000
LARGEST_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Topic:
    name: str
    partitions: int
    settings: Mapping[str, str] = field(default_factory=dict)


def aggregate_of(event_type: type) -> str:
    return event_type.__module__.split(".")[1].replace("_", "-")


# By the name that an event is stored under.
AGGREGATES: Mapping[str, str] = {
    event_type.__name__: aggregate_of(event_type)
    for event_type in (*EVENT_TYPES, *(upcast.old for upcast in SUPERSEDED))
}


def topics(settings: KafkaSettings) -> list[Topic]:
    prefix = settings.kafka_topic_prefix
    kept = {
        "cleanup.policy": "delete",
        "retention.ms": str(settings.kafka_retention_days * DAY_MS),
        "max.message.bytes": str(LARGEST_BYTES),
    }
    ours = [
        Topic(topic_name(prefix, aggregate), settings.kafka_partitions, kept)
        for aggregate in sorted(set(AGGREGATES.values()))
    ]
    return [*ours, Topic(topic_name(prefix, CHECKPOINTS), 1, {"cleanup.policy": "compact"})]
