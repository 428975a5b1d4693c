"""Fills the log with applications, each at another stage of its life, as in a town hall."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import psycopg

from adapters.event_names import EVENT_TYPES
from adapters.event_store.mapper import EventMapper
from adapters.event_store.recorded import ActorStamp, Metadata
from adapters.ids import new_id
from domain.application.events import ApplicationEvent
from tests.domain.application import asked
from tests.domain.application import happened as h
from tests.domain.application.histories import answered

LIFE: tuple[ApplicationEvent, ...] = (
    h.submitted(replace(asked.submit_reduced, answers={"reduction": "student"})),
    h.uploaded, h.found_clean, h.paid(), h.received, h.claimed, h.released, h.claimed,
    h.correction_requested, answered, h.approved, h.ready,
)  # fmt: skip
MAPPER = EventMapper(EVENT_TYPES)
ACTOR = ActorStamp("pseudonym-1", "citizen")
COPY = """COPY events (originator_id, originator_version, notification_id, topic, state)
    FROM STDIN WITH (FORMAT binary)"""
TYPES = ("uuid", "int8", "int8", "text", "bytea")


def fill(url: str, applications: int) -> int:
    """Return how many events there are now. The n-th application, from 1, is `UUID(int=n)`."""
    with psycopg.connect(url) as connection, connection.cursor().copy(COPY) as copy:
        copy.set_types(TYPES)
        for position, (number, version) in enumerate(_mixed(applications), 1):
            metadata = Metadata(new_id(), ACTOR, "trace-1")
            name, state = MAPPER.encode(LIFE[version - 1], metadata)
            copy.write_row((UUID(int=number), version, position, name, state))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE events")
    return applications * len(LIFE)


def _mixed(applications: int) -> Iterator[tuple[int, int]]:
    """Yield application and version: while one is submitted, an earlier one is being decided."""
    apart = max(applications // len(LIFE), 1)
    for tick in range(1, applications + apart * len(LIFE)):
        for version in range(1, len(LIFE) + 1):
            number = tick - (version - 1) * apart
            if 1 <= number <= applications:
                yield number, version
