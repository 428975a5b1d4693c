"""Checks the log and what was made of it: no hole, nothing unreadable, nothing skipped."""

from collections.abc import Callable
from dataclasses import dataclass

from adapters.event_store.errors import StoreError
from adapters.event_store.log import AFTER, EventLog
from adapters.event_store.mapper import EventMapper

HOLES = """SELECT originator_id FROM events GROUP BY originator_id
    HAVING max(originator_version) <> count(*) OR min(originator_version) <> 1"""
# Positions have no holes unless the eventsourcing library itself appended and was refused.
SKIPPED = """SELECT p.runner, p.applied, count(e.notification_id) AS there
    FROM positions p LEFT JOIN events e ON e.notification_id <= p.position
    GROUP BY p.runner, p.applied HAVING p.applied <> count(e.notification_id)"""
AHEAD = """SELECT runner, position FROM positions
    WHERE position > (SELECT coalesce(max(notification_id), 0) FROM events)"""
FAILED_MAILS = """SELECT notification_id, template, error FROM notifications
    WHERE state = 'failed' ORDER BY position"""
PARKED = "SELECT runner, position, error FROM parked ORDER BY runner, position"
PAGE = 5_000


@dataclass(frozen=True, slots=True)
class Fault:
    what: str
    where: str


async def faults(log: EventLog, progress: Callable[[int, int], None]) -> list[Fault]:
    """Return all that is wrong; `progress(events read, events there)` is called now and then."""
    return [
        *[Fault("a hole in a stream", str(row[0])) for row in await log.rows(HOLES)],
        *[
            Fault("a runner applied another number of events than the log holds", _text(row))
            for row in await log.rows(SKIPPED)
        ],
        *[Fault("a runner is ahead of the log", _text(row)) for row in await log.rows(AHEAD)],
        *[Fault("a mail could not be sent", _text(row)) for row in await log.rows(FAILED_MAILS)],
        *[Fault("an event is parked", _text(row)) for row in await log.rows(PARKED)],
        *await _unreadable(log, progress),
    ]


async def _unreadable(log: EventLog, progress: Callable[[int, int], None]) -> list[Fault]:
    found: list[Fault] = []
    head, after, done = await log.head(), 0, 0
    while rows := await log.rows(AFTER, (after, head, PAGE)):
        for _, _, position, name, state, _ in rows:
            fault = _fault_of(log.mapper, name, bytes(state))
            if fault:
                found.append(Fault(fault, f"position {position}"))
        after, done = int(rows[-1][2]), done + len(rows)
        progress(done, head)
    return found


def _fault_of(mapper: EventMapper, name: str, state: bytes) -> str:
    try:
        mapper.decode(name, state)
    except (StoreError, ValueError) as error:
        return f"an event cannot be read ({type(error).__name__})"
    return ""


def _text(row: tuple[object, ...]) -> str:
    return ", ".join(str(value) for value in row)
