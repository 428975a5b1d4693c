"""A writer that appends as the eventsourcing library does, in a process of its own.

`python -m tests.torture.library_writer FOLDER NAME SEED`
"""

import os
import sys
import time
from pathlib import Path
from random import Random
from uuid import UUID

from eventsourcing.persistence import IntegrityError, PersistenceError, StoredEvent

from adapters.event_names import EVENT_TYPES
from adapters.event_store.mapper import EventMapper, Place
from adapters.event_store.recorder import LogRecorder, library_recorder
from adapters.logging import configure_logging
from adapters.personal_data.key_ring import load_key_ring
from tests.torture.desk import PAUSE_SECONDS, closing
from tests.torture.journal import DONE, REPLAYED, Answered, Asked, Journal, Lost, now
from tests.torture.kinds import FACTS, metadata_of
from tests.torture.writer import SHARED, THINKING_SECONDS, shared

OWN = 0.6


class LibraryDesk:
    def __init__(self, recorder: LogRecorder, mapper: EventMapper, journal: Journal) -> None:
        self.recorder, self.mapper, self.journal = recorder, mapper, journal

    def ask(self, asked: Asked) -> Answered | None:
        self.journal.write(asked)
        return self.settle(asked)

    def settle(self, asked: Asked) -> Answered | None:
        """None for no answer: it has to be asked again."""
        try:
            answer = library_answer(self.recorder, self.mapper, asked)
        except PersistenceError as error:
            self.journal.write(Lost(asked.id, type(error).__name__))
            return None
        self.journal.write(answer)
        return answer


def library_answer(recorder: LogRecorder, mapper: EventMapper, asked: Asked) -> Answered:
    """Raise PersistenceError where the answer is lost."""
    events, seen = FACTS[asked.kind], asked.seen or 0
    stored = [
        StoredEvent(asked.stream, at, *mapper.encode(event, metadata_of(asked), Place(at, None)))
        for at, event in enumerate(events, seen + 1)
    ]
    try:
        positions = recorder.insert_events(stored)
    except IntegrityError:
        return Answered(id=asked.id, outcome=IntegrityError.__name__, at=now())
    return Answered(
        id=asked.id,
        outcome=DONE if positions else REPLAYED,
        at=now(),
        stream=asked.stream,
        version=seen + len(events),
        position=positions[-1] if positions else 0,
    )


def write(url: str, folder: Path, name: str, dice: Random) -> None:
    """Settle what a killed one has left, then work until told to stop."""
    mapper = EventMapper(EVENT_TYPES, load_key_ring(folder / "keys.json"))
    recorder, close = library_recorder(url), closing(folder, "writers")
    with Journal(folder / f"{name}.journal") as journal:
        desk, open_ones = LibraryDesk(recorder, mapper, journal), list(journal.unanswered)
        own, version = UUID(int=dice.getrandbits(128), version=4), 0
        while open_ones or not close.told:
            _ = close.told
            if open_ones:
                open_ones = [one for one in open_ones if desk.settle(one) is None]
            elif dice.random() < OWN:
                asked = _asked(dice, name, own, version)
                open_ones = [asked] if desk.ask(asked) is None else []
                version += len(FACTS[asked.kind])
            else:
                open_ones = _with_others(desk, dice, name)
            time.sleep(PAUSE_SECONDS if open_ones else dice.uniform(0, 2 * THINKING_SECONDS))
    recorder.datastore.close()


def _with_others(desk: LibraryDesk, dice: Random, name: str) -> list[Asked]:
    """Append to an application that others are working on; return what was not answered."""
    stream = shared(dice.randrange(SHARED))
    try:
        last = desk.recorder.select_events(stream, desc=True, limit=1)
    except PersistenceError:
        return []
    if not last:
        return []  # its first event brings the key along, and that is the others' affair
    asked = _asked(dice, name, stream, last[0].originator_version, alone=False)
    return [asked] if desk.ask(asked) is None else []


def _asked(dice: Random, name: str, stream: UUID, version: int, *, alone: bool = True) -> Asked:
    kind = dice.choice(list(FACTS))
    return Asked(
        id=UUID(int=dice.getrandbits(128), version=4),
        way="library",
        kind=kind,
        stream=stream,
        by=name,
        at=now(),
        seen=version,
        alone=alone,
        expects=version + len(FACTS[kind]) if alone else None,
    )


if __name__ == "__main__":
    configure_logging()
    _, at, who, seed = sys.argv
    dice = Random(seed)  # noqa: S311 -- it guards nothing
    write(os.environ["DATABASE_URL"], Path(at), who, dice)
