"""All that is to be compared after a run, gathered while nothing happens any more."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid5

from eventsourcing.persistence import PersistenceError

from adapters.event_store.appender import Appender
from adapters.event_store.log import EventLog
from adapters.event_store.recorded import ActorStamp, Recorded
from adapters.event_store.recorder import LogRecorder, library_recorder
from adapters.personal_data.sealing import SealBroken
from adapters.read_models.rebuild import rebuild
from projections.worklist import WORKLIST
from tests.torture.desk import ANSWER_LOST, PAUSE_SECONDS, answer_to
from tests.torture.journal import Answered, Asked, Line, answers_in, asked_in, lines_of
from tests.torture.library_writer import library_answer
from tests.torture.reader import FILE, Seen, seen_in

EVENTS = """SELECT originator_id, originator_version, notification_id, topic, state, hash
    FROM events ORDER BY notification_id"""
COMMANDS = "SELECT command_id, stream_id, version, position FROM commands"
APPLIED = "SELECT applied FROM positions WHERE runner = 'worklist_v2'"
PARKED = "SELECT position FROM parked"
SHOWN = "SELECT to_jsonb(w)::text FROM worklist_v2 w"
AT_ONCE = 20
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of the log. `event` and `actor` as they open with the key of their stream."""

    stream: UUID
    version: int
    position: int
    name: str
    state: bytes
    hash: bytes
    command: UUID
    event: Any
    actor: ActorStamp

    @property
    def event_id(self) -> UUID:
        return uuid5(self.stream, str(self.version))


@dataclass(frozen=True, slots=True)
class Evidence:
    """`again`: what each acknowledged command was answered when it was asked once more."""

    log: Sequence[Fact]
    commands: Mapping[UUID, tuple[UUID, int, int]]
    asked: Mapping[UUID, Asked]
    answers: Mapping[UUID, Answered]
    again: Mapping[UUID, Answered]
    seen: Sequence[Seen]
    applied: int
    shown: frozenset[str]
    rebuilt: frozenset[str]
    sealed: Sequence[str] = ()
    parked: Sequence[str] = ()


def journals(folder: Path) -> list[Line]:
    return [line for file in sorted(folder.glob("*.journal")) for line in lines_of(file)]


async def gathered(url: str, folder: Path, log: EventLog) -> Evidence:
    lines = journals(folder)
    asked, answers = asked_in(lines), answers_in(lines)
    acknowledged = [asked[one] for one in answers if answers[one].acknowledged and one in asked]
    again = await asked_again(url, log, acknowledged)
    rows = await log.rows(EVENTS)
    opened, broken = await _opened(log, {row[0] for row in rows})
    applied, shown = await log.rows(APPLIED), await log.rows(SHOWN)
    await rebuild(url, WORKLIST, log.mapper, _nobody_looks)
    return Evidence(
        log=[_fact(row, opened[row[0], row[1]]) for row in rows if (row[0], row[1]) in opened],
        commands={row[0]: (row[1], row[2], row[3]) for row in await log.rows(COMMANDS)},
        asked=asked,
        answers=answers,
        again=again,
        seen=seen_in(folder / FILE),
        applied=applied[0][0] if applied else 0,
        shown=frozenset(row[0] for row in shown),
        rebuilt=frozenset(row[0] for row in await log.rows(SHOWN)),
        sealed=broken,
        parked=[str(position) for (position,) in await log.rows(PARKED)],
    )


async def asked_again(
    url: str, log: EventLog, acknowledged: Sequence[Asked]
) -> dict[UUID, Answered]:
    answers: dict[UUID, Answered] = {}
    async with Appender(url, log.mapper) as appender:
        ours = [asked for asked in acknowledged if asked.way != "library"]
        for some in batches(ours):
            asking = (_until_answered(log, appender, asked) for asked in some)
            answers |= {answer.id: answer for answer in await asyncio.gather(*asking)}
    recorder = library_recorder(url)
    for asked in acknowledged:
        if asked.way == "library":
            answers[asked.id] = await _until_library_answered(recorder, log, asked)
    recorder.datastore.close()
    return answers


async def _until_answered(log: EventLog, appender: Appender, asked: Asked) -> Answered:
    """Nothing is broken any more, but the machine may be slow."""
    while True:
        with suppress(*ANSWER_LOST):
            return await answer_to(log, appender, asked)
        await asyncio.sleep(PAUSE_SECONDS)


async def _until_library_answered(recorder: LogRecorder, log: EventLog, asked: Asked) -> Answered:
    while True:
        with suppress(PersistenceError):
            return await asyncio.to_thread(library_answer, recorder, log.mapper, asked)
        await asyncio.sleep(PAUSE_SECONDS)


async def _opened(
    log: EventLog, streams: Iterable[UUID]
) -> tuple[dict[tuple[UUID, int], Recorded], list[str]]:
    """Each event by its place, and the streams of which something does not open."""
    opened, broken = dict[tuple[UUID, int], Recorded](), list[str]()
    for some in batches(sorted(streams)):
        histories = await asyncio.gather(*map(log.history, some), return_exceptions=True)
        for stream, history in zip(some, histories, strict=True):
            if isinstance(history, SealBroken):
                broken.append(f"stream {stream} does not open with its key")
            elif isinstance(history, BaseException):
                raise history
            else:
                opened |= {(stream, recorded.version): recorded for recorded in history}
    return opened, broken


def _fact(row: Sequence[Any], opened: Recorded) -> Fact:
    stream, version, position, name, state, hash_ = row
    metadata = opened.metadata
    return Fact(
        stream, version, position, name, bytes(state), bytes(hash_),
        metadata.command_id, opened.event, metadata.actor,
    )  # fmt: skip


def batches(items: Sequence[Item]) -> list[Sequence[Item]]:
    return [items[at : at + AT_ONCE] for at in range(0, len(items), AT_ONCE)]


def _nobody_looks(_done: int, _total: int) -> None:
    pass
