"""Fills the log with applications, each at another stage of its life, as in a town hall."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import psycopg

from adapters.event_store.chain import GENESIS, event_hash
from adapters.event_store.mapper import Place
from adapters.event_store.recorded import ActorStamp, Metadata
from adapters.ids import new_id
from adapters.personal_data.people import person_in
from adapters.personal_data.sealing import NewKey, new_key
from domain.application.events import ApplicationEvent
from tests.domain.application import asked
from tests.domain.application import happened as h
from tests.domain.application.histories import answered
from tests.keys import KEYS, MAPPER

LIFE: tuple[ApplicationEvent, ...] = (
    h.submitted(replace(asked.submit_reduced, answers={"reduction": "student"})),
    h.uploaded, h.found_clean, h.paid(), h.received, h.claimed, h.released, h.claimed,
    h.correction_requested, answered, h.approved, h.ready,
)  # fmt: skip
FINGERPRINT = bytes(32)
ACTOR = ActorStamp("pseudonym-1", "citizen")
COPY = """COPY events (originator_id, originator_version, notification_id, topic, state, hash)
    FROM STDIN WITH (FORMAT binary)"""
TYPES = ("uuid", "int8", "int8", "text", "bytea", "bytea")
COPY_KEYS = """COPY data_keys (stream_id, municipality, subject, names, kek, wrapped)
    FROM STDIN WITH (FORMAT binary)"""
COPY_COMMANDS = """COPY commands (command_id, fingerprint, stream_id, version, position)
    FROM STDIN WITH (FORMAT binary)"""
COMMAND_TYPES = ("uuid", "bytea", "uuid", "int8", "int8")
KEY_TYPES = ("uuid", "text", "bytea", "int8[]", "int4", "bytea")


@dataclass(slots=True)
class Application:
    """One that is being filled in: its key, and where its chain stands."""

    stream_id: UUID
    submitted: ApplicationEvent
    made: NewKey
    hash: bytes = GENESIS

    def row(self, version: int, position: int, command_id: UUID) -> tuple[Any, ...]:
        place = Place(version, self.made.key)
        metadata = Metadata(command_id, ACTOR, "trace-1")
        event = self.submitted if version == 1 else LIFE[version - 1]
        name, state = MAPPER.encode(event, metadata, place)
        self.hash = event_hash(self.hash, self.stream_id, version, name, state)
        return self.stream_id, version, position, name, state, self.hash

    def key_row(self) -> tuple[Any, ...]:
        made = self.made
        return (
            self.stream_id, made.municipality, made.subject, made.names, made.kek, made.wrapped
        )  # fmt: skip


def the_same(_: int) -> ApplicationEvent:
    return LIFE[0]


def fill(
    url: str,
    applications: int,
    length: int = len(LIFE),
    submitted: Callable[[int], ApplicationEvent] = the_same,
) -> int:
    """Return how many events there are now. The n-th application, from 1, is `UUID(int=n)`.

    `length`: how many events of its life each of them has; `submitted`: what the n-th begins with.
    """
    with (
        _copying(url, COPY, TYPES) as events,
        _copying(url, COPY_COMMANDS, COMMAND_TYPES) as commands,
        _copying(url, COPY_KEYS, KEY_TYPES) as keys,
    ):
        under_way: dict[int, Application] = {}
        for position, (number, version) in enumerate(_mixed(applications, length), 1):
            if version == 1:
                under_way[number] = _begin(number, submitted(number))
                keys.write_row(under_way[number].key_row())
            application, command_id = under_way[number], new_id()
            events.write_row(application.row(version, position, command_id))
            command = (command_id, FINGERPRINT, application.stream_id, version, position)
            commands.write_row(command)
            if version == length:
                del under_way[number]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE events, commands, data_keys")
    return applications * length


def _begin(number: int, submitted: ApplicationEvent) -> Application:
    stream_id = UUID(int=number)
    person = person_in(stream_id, submitted)
    assert person is not None
    return Application(stream_id, submitted, new_key(KEYS, stream_id, person))


@contextmanager
def _copying(url: str, statement: str, types: Sequence[str]) -> Iterator[psycopg.Copy]:
    with psycopg.connect(url) as connection, connection.cursor().copy(statement.encode()) as copy:
        copy.set_types(types)
        yield copy


def _mixed(applications: int, length: int) -> Iterator[tuple[int, int]]:
    """Yield application and version: while one is submitted, an earlier one is being decided."""
    apart = max(applications // length, 1)
    for tick in range(1, applications + apart * length):
        for version in range(1, length + 1):
            number = tick - (version - 1) * apart
            if 1 <= number <= applications:
                yield number, version
