"""Makes the topics in Kafka; never another number of partitions than they have."""

from collections.abc import Iterable, Iterator, Mapping

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import KafkaError, TopicAlreadyExistsError

from adapters.kafka.access import KafkaAccess
from adapters.kafka.answering import opened
from adapters.kafka.errors import KafkaUnavailable, TopicsDiffer
from adapters.kafka.topics import Topic

BY_BROKER = -1  # as many copies as the brokers are set to make


def make_topics(access: KafkaAccess, wanted: Iterable[Topic]) -> Iterator[tuple[Topic, bool]]:
    """Make those that are missing, and set what may be set anew; yield each, and whether it is new.

    Raise TopicsDiffer, or KafkaUnavailable.
    """
    listed = list(wanted)
    try:
        client = opened(access, lambda client: KafkaAdminClient(**client))
        try:
            found = _partitions(client)
            _require_as_wanted(listed, found)
            for topic in listed:
                new = topic.name not in found and _make(client, topic)
                if not new:
                    _set(client, topic)
                yield topic, new
            client.wait_for_topics([topic.name for topic in listed])
        finally:
            client.close()
    except KafkaError as error:
        raise KafkaUnavailable(type(error).__name__) from error


def _partitions(client: KafkaAdminClient) -> dict[str, int]:
    return {topic["name"]: len(topic["partitions"]) for topic in client.describe_topics()}


def _require_as_wanted(wanted: Iterable[Topic], found: Mapping[str, int]) -> None:
    other = [t.name for t in wanted if found.get(t.name, t.partitions) != t.partitions]
    if other:
        raise TopicsDiffer(*(f"{name} has {found[name]}" for name in other))


def _make(client: KafkaAdminClient, topic: Topic) -> bool:
    """Return False where somebody else made it at the same moment."""
    how = {
        "num_partitions": topic.partitions,
        "replication_factor": BY_BROKER,
        "configs": dict(topic.settings),
    }
    try:
        client.create_topics({topic.name: how})
    except TopicAlreadyExistsError:
        return False
    return True


def _set(client: KafkaAdminClient, topic: Topic) -> None:
    client.alter_configs(
        [ConfigResource(ConfigResourceType.TOPIC, topic.name, dict(topic.settings))]
    )
