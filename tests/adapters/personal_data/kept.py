"""A log with people in it, and what its tables hold at a moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg

from adapters.event_names import EVENT_TYPES
from adapters.event_store.appender import Appender
from adapters.event_store.log import EventLog
from adapters.event_store.mapper import EventMapper, Place
from adapters.personal_data.key_file import KeyFile
from adapters.personal_data.key_ring import KeyRing, load_key_ring, save_key_ring
from adapters.personal_data.rotation import Progress, retire, rotate
from adapters.personal_data.sealing import stored_key
from adapters.postgres.connecting import pool
from tests.adapters.event_store.proposals import append_at_once, proposal
from tests.domain.application import histories as past
from tests.keys import KEYS
from tests.projections.log import KEYS_DESTROYED

KEPT = "SELECT stream_id, municipality, kek, wrapped FROM data_keys WHERE wrapped IS NOT NULL"
FIRST = "SELECT originator_id, topic, state FROM events WHERE originator_version = 1"
UNCHANGED = (
    "TABLE events ORDER BY notification_id",
    "TABLE commands ORDER BY command_id",
    "SELECT stream_id, municipality, made_at, subject, names FROM data_keys ORDER BY stream_id",
)
Saved = Mapping[UUID, tuple[str, int, bytes]]


def silent(_done: int, _total: int) -> None:
    """Report no progress."""


@dataclass(frozen=True)
class Kept:
    url: str
    file: Path

    def ask(self, question: str, *parameters: Any) -> list[Any]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(question.encode(), parameters)
            return cursor.fetchall() if cursor.description else []

    def mapper(self) -> EventMapper:
        return EventMapper(EVENT_TYPES, KeyFile(self.file))

    async def fill(self, count: int, mapper: EventMapper | None = None) -> list[UUID]:
        """Record so many applications; return their ids."""
        streams = [uuid4() for _ in range(count)]
        async with Appender(self.url, mapper or self.mapper()) as appender:
            answers = await append_at_once(
                appender, [proposal(one, events=past.unpaid) for one in streams]
            )
        assert [one for one in answers if isinstance(one, BaseException)] == []
        return streams

    def rotate(self, progress: Progress = silent) -> KeyRing:
        """None of its keys may be damaged."""
        ring, damaged = rotate(self.file, self.url, progress)
        assert not damaged.count
        return ring

    def retire(self, version: int, *, give_up: bool = False) -> KeyRing:
        return retire(self.file, self.url, version, give_up=give_up)

    def destroy(self, stream_id: UUID) -> None:
        """As `destroy_key` does, without the fact that it asks for."""
        assert self.ask(f"{KEYS_DESTROYED} WHERE stream_id = %s RETURNING stream_id", stream_id)

    def saved(self) -> Saved:
        """What a backup of this moment holds."""
        return {row[0]: row[1:] for row in self.ask(KEPT)}

    def versions(self) -> set[int]:
        return {kek for _, kek, _ in self.saved().values()}

    def digest(self) -> list[str]:
        """Of all that a rotation must not touch."""
        return [sha256(repr(self.ask(table)).encode()).hexdigest() for table in UNCHANGED]

    def opened(self, keys: KeyRing | None = None, saved: Saved | None = None) -> set[UUID]:
        """Open every application with the file as it is; return those of whom a name is seen."""
        ring, mapper = keys or load_key_ring(self.file), self.mapper()
        wrapped = self.saved() if saved is None else saved
        found = set()
        for stream_id, name, state in self.ask(FIRST):
            if stream_id in wrapped:
                key = stored_key(ring, stream_id, *wrapped[stream_id])
                event = mapper.decode_event(name, state, Place(1, key))
                assert event == past.unpaid[0]
                found.add(stream_id)
        return found

    async def names(self) -> list[str | None]:
        """As a reader of the log sees them now."""
        async with pool(self.url) as connections:
            log = EventLog(connections, self.mapper())
            histories = [await log.events(row[0]) for row in self.ask(FIRST)]
        return [one[0].applicant and one[0].applicant.family_name for one in histories]


def kept_in(folder: Path, url: str) -> Kept:
    file = folder / "keys" / "personal-data.json"
    save_key_ring(KEYS, file)
    return Kept(url, file)
