"""The catalogue that a process works with: a snapshot, replaced whole when the log has more."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog

from adapters.catalogue.catalogue import Catalogue
from adapters.catalogue.folding import Folded
from adapters.catalogue.streams import CATALOGUE_EVENTS
from adapters.event_store.log import EventLog, recorded

FOLLOW_SECONDS = 0.5
# Named as constants: only then does the planner see that the index of these events will do.
AFTER = f"""SELECT originator_id, originator_version, notification_id, topic, state, recorded_at
    FROM events WHERE topic IN ({", ".join(f"'{name}'" for name in CATALOGUE_EVENTS)})
        AND notification_id > %b ORDER BY notification_id"""  # noqa: S608 -- of constants

log = structlog.get_logger()


class LiveCatalogue:
    """Positions have no gaps, so that what lies after the last one seen is all that is new."""

    def __init__(self, events: EventLog) -> None:
        self._events = events
        self._folded = Folded()
        self._known = 0
        self._one_at_a_time = asyncio.Lock()
        self.snapshot: Catalogue = self._folded.catalogue()

    async def catch_up(self) -> None:
        """Bring the snapshot to what is recorded by now."""
        async with self._one_at_a_time:
            rows = await self._events.rows(AFTER, (self._folded.position,))
            if rows:
                mapper = self._events.mapper
                self._folded = self._folded.after(recorded(mapper, row) for row in rows)
                self.snapshot = self._folded.catalogue()

    async def known_up_to(self, position: int) -> None:
        """Bring the snapshot to what was recorded before an event that was read from the log."""
        if self._known < position:
            head = await self._events.head()
            await self.catch_up()
            self._known = head

    def newest_published(self) -> dict[str, int]:
        """Return the newest version of each service that towns may adopt."""
        return self._folded.newest_published()

    async def follow(self) -> None:
        """Keep up with other processes; whatever fails, the last snapshot serves on."""
        while True:
            await asyncio.sleep(FOLLOW_SECONDS)
            try:
                await self.catch_up()
            except Exception as error:  # noqa: BLE001 -- the database may be away for a while
                log.warning("catalogue_not_followed", error=type(error).__name__)


@asynccontextmanager
async def following(events: EventLog) -> AsyncIterator[LiveCatalogue]:
    """Yield a catalogue that is up to date, and stays so."""
    live = LiveCatalogue(events)
    await live.catch_up()
    task = asyncio.create_task(live.follow(), name="catalogue")
    try:
        yield live
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
