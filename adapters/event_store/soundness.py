"""Checks what was made of the log: nothing skipped, nothing left aside, nothing unprotected."""

from collections.abc import Iterator, Mapping, Sequence

from adapters.erasing import ERASING_NAMES
from adapters.event_store.arrays import raw_uuids
from adapters.evidence.findings import Fault
from adapters.evidence.rows import Connection
from adapters.mail.failed import FAILED_MAILS
from adapters.postgres.as_made import differences
from adapters.postgres.migrations import MigrationRefused, not_applied

# Positions have no holes unless the eventsourcing library itself appended and was refused.
SKIPPED = """WITH reached AS MATERIALIZED (
        SELECT position, (SELECT count(*) FROM events WHERE notification_id <= position) AS events
        FROM (SELECT DISTINCT position FROM positions) of_runners)
    SELECT runner, applied, events FROM positions JOIN reached USING (position)
    WHERE applied <> events ORDER BY runner"""
AHEAD = """SELECT runner, position FROM positions
    WHERE position > (SELECT coalesce(max(notification_id), 0) FROM events) ORDER BY runner"""
DESTROYED = f"""SELECT 'stream ' || stream_id FROM data_keys
    WHERE destroyed_at IS NOT NULL AND NOT EXISTS (
        SELECT FROM events WHERE originator_id = stream_id AND topic IN {ERASING_NAMES})
    ORDER BY stream_id"""  # noqa: S608 -- of constants
UNFINISHED = """SELECT 'stream ' || stream_id FROM data_keys
    WHERE destroyed_at IS NULL AND stream_id = ANY (%b::uuid[]) ORDER BY stream_id"""
FAILED_HAND_OVERS = """SELECT hand_over_id, back_office, error FROM hand_overs
    WHERE state = 'failed' ORDER BY position"""
PARKED = "SELECT runner, position, error FROM parked ORDER BY runner, position"
NOWHERE = """SELECT originator_id, originator_version FROM events
    WHERE notification_id IS NULL OR notification_id < 1"""
NOT_APART = """SELECT c.oid::regclass FROM pg_class c
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
    AND NOT (relrowsecurity AND relforcerowsecurity AND EXISTS (
        SELECT FROM pg_policy WHERE polrelid = c.oid AND polname = 'towns_apart'))
    AND EXISTS (SELECT FROM pg_attribute
        WHERE attrelid = c.oid AND attname = 'municipality' AND NOT attisdropped)"""
NOT_COMPARED = "tables and functions cannot be compared with what this version makes"
CHECKS = {
    "a key was destroyed without its person having been erased": DESTROYED,
    "a runner applied another number of events than the log holds": SKIPPED,
    "a runner is ahead of the log": AHEAD,
    "an event is parked": PARKED,
    "an event has no position": NOWHERE,
    "the wall between towns was taken away; `migrate` raises it again": NOT_APART,
}


def faults(connection: Connection) -> Iterator[Fault]:
    """Yield all that is wrong."""
    yield from _answers(connection, CHECKS)
    yield from _made_otherwise(connection)


def unfinished(connection: Connection, erased: Sequence[bytes]) -> Iterator[Fault]:
    """`erased`: ids of streams whose persons were erased, as the log says."""
    if erased:
        for (stream,) in connection.execute(UNFINISHED, (raw_uuids(erased),)):
            yield Fault("an erasure was not finished", stream)


def remarks(connection: Connection) -> Iterator[Fault]:
    """Yield what somebody has to look after, though nothing is wrong with the log."""
    return _answers(connection, {"Not sent": FAILED_MAILS, "Not handed over": FAILED_HAND_OVERS})


def _made_otherwise(connection: Connection) -> Iterator[Fault]:
    """What this version makes is known of a database of this version alone."""
    try:
        waiting = not_applied(connection)
    except MigrationRefused as refused:
        yield Fault(NOT_COMPARED, str(refused))
        return
    if waiting:
        yield Fault(NOT_COMPARED, f"run `migrate` first; it has not done {', '.join(waiting)}")
        return
    for difference in differences(connection):
        yield Fault("the database is not as `migrate` made it", difference)


def _answers(connection: Connection, questions: Mapping[str, str]) -> Iterator[Fault]:
    for what, question in questions.items():
        for row in connection.execute(question.encode()):
            yield Fault(what, ", ".join(str(value) for value in row))
