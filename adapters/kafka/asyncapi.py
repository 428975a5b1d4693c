"""The AsyncAPI 3.0 document of what is published to Kafka, made from the event classes."""

from collections.abc import Iterable, Mapping
from inspect import cleandoc
from typing import Any

import msgspec

from adapters.event_names import EVENT_TYPES
from adapters.kafka.cloud_events import KEPT_BACK, STORED, TYPE
from adapters.kafka.settings import KafkaSettings
from adapters.kafka.topic_names import CHECKPOINTS
from adapters.kafka.topics import DAY_MS, Topic, aggregate_of, topics
from adapters.personal_data.marked import internal_names, internal_within
from adapters.version import VERSION

KAFKA_BINDING = "0.5.0"
SCHEMAS, MESSAGES, CHANNELS = "#/components/schemas/", "#/components/messages/", "#/channels/"
HEADERS, CHECKPOINT = "CloudEventHeaders", "Checkpoint"
DESCRIPTION = """Everything that happens, as CloudEvents 1.0 in binary mode: at least once, and in
order for each key, which is the id of the application (or whatever it happened to). Whoever reads
keeps `ce_id`, or `ce_streamversion` by `ce_subject`, to know what they have had before. Nothing
personal is in it, and who of the staff acted is told by role and municipality. A field is added
with a default and never renamed; a changed meaning is a new event; a new topic has another
version."""
PARTS_KEPT_BACK: Mapping[str, frozenset[str]] = {
    kind.__name__: frozenset(internal_names(kind))
    for event_type in STORED
    for kind in internal_within(event_type).values()
}
UUID, TEXT = {"type": "string", "format": "uuid"}, {"type": "string"}
HEADER_SCHEMA = {
    "type": "object",
    "properties": {
        "content-type": {"const": "application/json"},
        "ce_specversion": {"const": "1.0"},
        "ce_id": {
            **UUID,
            "description": "The event's; the same again where it is published twice.",
        },
        "ce_source": {**TEXT, "format": "uri-reference"},
        "ce_type": {**TEXT, "examples": [f"{TYPE}.application.ApplicationSubmitted"]},
        "ce_subject": {**UUID, "description": "Of its stream, e.g. the application; also the key."},
        "ce_time": {**TEXT, "format": "date-time", "description": "When it was recorded."},
        "ce_position": {**TEXT, "pattern": "^[0-9]+$", "description": "Its place in the log."},
        "ce_streamversion": {
            **TEXT,
            "pattern": "^[0-9]+$",
            "description": "Its place in its stream, from 1, without a hole.",
        },
        "ce_commandid": UUID,
        "ce_causationid": {**UUID, "description": "The event that led to it."},
        "ce_actorrole": {**TEXT, "examples": ["citizen", "clerk", "system"]},
        "ce_municipality": {**TEXT, "description": "The actor's, by its AGS."},
        "ce_traceparent": {**TEXT, "description": "W3C Trace Context."},
    },
    "required": [
        *("content-type", "ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject"),
        *("ce_time", "ce_position", "ce_streamversion", "ce_commandid", "ce_actorrole"),
    ],
}


def document(settings: KafkaSettings | None = None) -> dict[str, Any]:
    """Return the document; the same classes and settings make the same one."""
    given = settings or KafkaSettings.model_construct()
    by_aggregate = _by_aggregate()
    channels = {t.name.split(".")[1]: _channel(t, by_aggregate) for t in topics(given)}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Amtsweg",
            "version": VERSION,
            "description": " ".join(DESCRIPTION.split()),
            "license": {"name": "EUPL-1.2"},
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": {f"publish-{name}": _operation(name) for name in channels},
        "components": {
            "messages": {e.__name__: _message(e) for e in EVENT_TYPES}
            | {CHECKPOINT: _checkpoint()},
            "schemas": _schemas() | {HEADERS: HEADER_SCHEMA},
        },
    }


def _by_aggregate() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {CHECKPOINTS: [CHECKPOINT]}
    for event_type in EVENT_TYPES:
        found.setdefault(aggregate_of(event_type), []).append(event_type.__name__)
    return found


def _channel(topic: Topic, by_aggregate: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    what = topic.name.split(".")[1]
    binding = {
        "topic": topic.name,
        "partitions": topic.partitions,
        "topicConfiguration": _configuration(topic),
        "bindingVersion": KAFKA_BINDING,
    }
    return {
        "address": topic.name,
        "description": _kept(topic),
        "messages": {name: _ref(MESSAGES, name) for name in by_aggregate[what]},
        "bindings": {"kafka": binding},
    }


def _configuration(topic: Topic) -> dict[str, Any]:
    retention = topic.settings.get("retention.ms")
    largest = topic.settings.get("max.message.bytes")
    return {
        "cleanup.policy": [topic.settings["cleanup.policy"]],
        **({"retention.ms": int(retention)} if retention else {}),
        **({"max.message.bytes": int(largest)} if largest else {}),
    }


def _kept(topic: Topic) -> str:
    retention = topic.settings.get("retention.ms")
    return f"Kept {int(retention) // DAY_MS} days." if retention else "Kept for ever, compacted."


def _operation(channel: str) -> dict[str, Any]:
    return {"action": "send", "channel": _ref(CHANNELS, channel)}


def _message(event_type: type) -> dict[str, Any]:
    name, doc = event_type.__name__, _sentence(event_type)
    return {
        "name": f"{TYPE}.{aggregate_of(event_type)}.{name}",
        "title": name,
        **({"description": doc} if doc else {}),
        "contentType": "application/json",
        "headers": _ref(SCHEMAS, HEADERS),
        "payload": _ref(SCHEMAS, name),
        "bindings": {"kafka": {"key": UUID, "bindingVersion": KAFKA_BINDING}},
    }


def _checkpoint() -> dict[str, Any]:
    what = "How the log stood, signed; `amtsweg verify` compares the log with it."
    return {
        "name": CHECKPOINT,
        "title": "A signed checkpoint of the log",
        "contentType": "text/plain",
        "payload": {"type": "string", "description": what},
        "bindings": {"kafka": {"key": TEXT, "bindingVersion": KAFKA_BINDING}},
    }


def _sentence(event_type: type) -> str:
    doc = cleandoc(event_type.__doc__ or "")
    made_by_dataclass = doc.startswith(f"{event_type.__name__}(")
    return "" if made_by_dataclass else doc


def _schemas() -> dict[str, Any]:
    """Return those of all events, less what is kept back, and of the parts that this leaves."""
    _, made = msgspec.json.schema_components(EVENT_TYPES, ref_template=f"{SCHEMAS}{{name}}")
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(made))
    public = {name: _public(name, schema) for name, schema in plain.items()}
    wanted = {event_type.__name__ for event_type in EVENT_TYPES}
    while more := set(_named_in([public[name] for name in wanted])) - wanted:
        wanted |= more
    return {name: public[name] for name in sorted(wanted)}


def _public(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    kept_back = KEPT_BACK.get(name, PARTS_KEPT_BACK.get(name, frozenset()))
    left = {key: value for key, value in schema.items() if key != "description"}
    if "properties" in left:
        left["properties"] = {k: v for k, v in left["properties"].items() if k not in kept_back}
        left["required"] = [k for k in left.get("required", ()) if k not in kept_back]
    return left


def _named_in(found: Any) -> Iterable[str]:
    if isinstance(found, dict):
        if "$ref" in found:
            yield found["$ref"].removeprefix(SCHEMAS)
        for value in found.values():
            yield from _named_in(value)
    elif isinstance(found, list):
        for value in found:
            yield from _named_in(value)


def _ref(where: str, name: str) -> dict[str, str]:
    return {"$ref": f"{where}{name}"}
