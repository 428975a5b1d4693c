"""Whether each event was recorded by the command that it names: a late retry is known by that.

`commands` is not in the chain, but what each event says of its command is. So whoever takes rows
out of it, or has them tell something else, is found; but not of what was asked (`fingerprint`).
"""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Self
from uuid import UUID

from adapters.event_store.arrays import raw_int8s, raw_uuids, uuids
from adapters.evidence.rows import POSITION, STREAM, VERSION, Connection

# A command says where its stream and the log stood after it; its events lie together up to there.
# Each by index, one event a probe: LIMIT keeps the planner from reading the whole table instead.
OTHERWISE = """SELECT position FROM (
        SELECT unnest(%b::uuid[]) AS command, unnest(%b::uuid[]) AS stream,
            unnest(%b::bigint[]) AS version, unnest(%b::bigint[]) AS position) e
    WHERE (SELECT c.stream_id = e.stream AND c.version >= e.version
            AND c.version - e.version = c.position - e.position
        FROM commands c WHERE c.command_id = e.command LIMIT 1) IS NOT TRUE
    AND NOT EXISTS (SELECT FROM library_appends l WHERE l.position = e.position LIMIT 1)"""


Read = tuple[bytes, bytes, UUID]  # leaf, link, and the command that the event names
Otherwise = list[tuple[int, bytes]]


class CarriedOut:
    """While PostgreSQL looks for the commands of one page, the next page is worked on."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._thread = ThreadPoolExecutor(1)
        self._asked: Future[Otherwise] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown()

    def then(self, events: Sequence[Read]) -> Otherwise:
        """Return position and link of each event of the call before that no command recorded."""
        before, self._asked = self._asked, None
        if events:
            self._asked = self._thread.submit(self._otherwise, list(events))
        return before.result() if before else []

    def _otherwise(self, events: Sequence[Read]) -> Otherwise:
        arrays = (
            uuids(command_id for _, _, command_id in events),
            raw_uuids([link[STREAM] for _, link, _ in events]),
            raw_int8s([link[VERSION] for _, link, _ in events]),
            raw_int8s([leaf[POSITION] for leaf, _, _ in events]),
        )
        with self._connection.cursor(binary=True) as cursor:
            found = {row[0] for row in cursor.execute(OTHERWISE, arrays, prepare=True)}
        if not found:
            return []
        positions = [(int.from_bytes(leaf[POSITION]), link) for leaf, link, _ in events]
        return [(position, link) for position, link in positions if position in found]
