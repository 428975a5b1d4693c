"""A reaction that needs the file store: it waits for that, and no one file holds up the others."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

import structlog
from psycopg.rows import TupleRow

from adapters.bootstrap import Parts
from adapters.proofs.files import FileStoreUnavailable
from workers.react import BATCH, Connection, Reaction
from workers.supervision import BEAT_SECONDS, Tools
from workers.take_up import TakingUp

WAITING = "waiting"
# Most outages are over by then; what is refused after a quarter of an hour is for a person.
PAUSES = (2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 120.0, 240.0, 420.0)

log = structlog.get_logger()


class FileIsRefused(Exception):
    """The file store refused a file of this event time and again."""


class FileIsAwaited(FileStoreUnavailable):
    """The file store does not give a file, or take it; its event is tried again in a while."""

    def __init__(self, tries: int) -> None:
        super().__init__(tries)
        self.pause = PAUSES[tries - 1]


@dataclass(frozen=True, slots=True)
class NeedingFiles(Reaction):
    """`tried`: how often the file store was in the way of an event, by stream and version."""

    tried: Counter[tuple[UUID, int]] = field(default_factory=Counter)

    async def effect(self, parts: Parts, connection: Connection, row: TupleRow) -> None:
        """Raise FileIsAwaited; after so many pauses FileIsRefused, which sets its stream aside."""
        event = (row[0], row[1])
        try:
            await Reaction.effect(self, parts, connection, row)
        except FileStoreUnavailable as error:
            self.tried[event] += 1
            if self.tried[event] > len(PAUSES):
                raise FileIsRefused from error
            raise FileIsAwaited(self.tried[event]) from error
        self.tried.pop(event, None)

    async def turn(self, tools: Tools, connection: Connection, taking_up: TakingUp) -> int:
        """After a wait the next turn is at once, as if there were more to read."""
        try:
            return await Reaction.turn(self, tools, connection, taking_up)
        except FileIsAwaited as error:
            await _wait_for_files(tools, self.name, error)
            return BATCH


async def _wait_for_files(tools: Tools, runner: str, error: FileIsAwaited) -> None:
    """As long as its event was in vain; the next one, too, has a quarter of an hour of its own."""
    log.warning("files_wait", runner=runner, advice=str(error))
    seconds = error.pause
    while seconds > 0:
        await tools.pulse.beat(WAITING, FileStoreUnavailable.__name__)
        await asyncio.sleep(min(seconds, BEAT_SECONDS))
        seconds -= BEAT_SECONDS
