"""What a superuser may try on the log of tests/evidence.py, and what `verify` calls it."""

from tests.evidence import CASE

# All that follows from event 3 of the case is made to fit, as whoever knows the code can.
CHAINED_ANEW = f"""DO $$ DECLARE _event events; _hash bytea; BEGIN
    SELECT hash INTO _hash FROM events WHERE notification_id = 2;
    FOR _event IN SELECT * FROM events WHERE originator_id = '{CASE}' AND originator_version > 2
            ORDER BY originator_version LOOP
        _hash := event_hash(_hash, _event.originator_id, _event.originator_version,
            _event.topic, _event.state);
        UPDATE events SET hash = _hash WHERE notification_id = _event.notification_id;
    END LOOP; END $$"""  # noqa: S608 -- a test's own
OTHER_STATE = """UPDATE events SET state = convert_to(
    replace(convert_from(state, 'UTF8'), '"test"', '"lies"'), 'UTF8') WHERE notification_id = 3"""
# What the eventsourcing library leaves where it was refused: a hole, and no command that knows it.
LIBRARY_REFUSED = (
    "UPDATE events SET notification_id = 12 WHERE notification_id = 10",
    "UPDATE commands SET position = 12 WHERE position = 10",
)
KEY_DESTROYED = f"""UPDATE data_keys SET subject = NULL, names = NULL, kek = NULL, wrapped = NULL,
    destroyed_at = clock_timestamp() WHERE stream_id = '{CASE}'"""  # noqa: S608 -- a test's own
SIGNED = "the log is not the one that was signed"
NOT_ITS_HASH = "an event is not what its hash says: position"
FOUND = {
    "a state": ([OTHER_STATE], f"{NOT_ITS_HASH} 3, stream {CASE}, version 3, ApplicationReceived"),
    "a name": (
        ["UPDATE events SET topic = 'ApplicationReleased' WHERE notification_id = 4"],
        f"{NOT_ITS_HASH} 4, stream {CASE}, version 4, ApplicationReleased",
    ),
    "a hash": (
        ["UPDATE events SET hash = sha256(hash) WHERE notification_id = 4"],
        f"{NOT_ITS_HASH} 4",
    ),
    "a state, and the chain after it": (
        [OTHER_STATE, CHAINED_ANEW],
        f"{SIGNED}: checkpoint 1 of",
    ),
    "a moment": (
        ["UPDATE events SET recorded_at = recorded_at - interval '1 us' WHERE notification_id = 2"],
        "; positions 1 to 7 were changed",
    ),
    "a later moment": (
        ["UPDATE events SET recorded_at = recorded_at - interval '1 us' WHERE notification_id = 9"],
        "; positions 8 to 9 were changed",
    ),
    "an event in the middle": (
        ["DELETE FROM events WHERE notification_id = 3"],
        f"version 3 of the stream is missing: position 4, stream {CASE}, version 4",
    ),
    "the first event of a stream": (
        ["DELETE FROM events WHERE notification_id = 6"],
        "version 1 of the stream is missing: position 7",
    ),
    "the last event of a stream": (
        ["DELETE FROM events WHERE notification_id = 8"],
        "events are missing, or nothing was ever there: position 8",
    ),
    "a whole stream": (
        ["DELETE FROM events WHERE notification_id < 6 OR notification_id = 8"],
        "events are missing, or nothing was ever there: positions 1 to 5",
    ),
    "two versions": (
        [
            "UPDATE events SET originator_version = 9 WHERE notification_id = 3",
            "UPDATE events SET originator_version = 3 WHERE notification_id = 4",
            "UPDATE events SET originator_version = 4 WHERE notification_id = 3",
        ],
        f"{NOT_ITS_HASH} 3",
    ),
    "two positions": (
        [
            "UPDATE events SET notification_id = 99 WHERE notification_id = 3",
            "UPDATE events SET notification_id = 3 WHERE notification_id = 4",
            "UPDATE events SET notification_id = 4 WHERE notification_id = 99",
        ],
        f"position 3, stream {CASE}, version 4, ApplicationClaimed",
    ),
    "two streams": (
        [
            "UPDATE events SET notification_id = 99 WHERE notification_id = 5",
            "UPDATE events SET notification_id = 5 WHERE notification_id = 6",
            "UPDATE events SET notification_id = 6 WHERE notification_id = 99",
        ],
        f"{SIGNED}: checkpoint 1 of",
    ),
    "an event put in": (
        [
            """INSERT INTO events (originator_id, originator_version, topic, state, notification_id)
                SELECT gen_random_uuid(), 1, topic, state, 99 FROM events
                WHERE notification_id = 4"""
        ],
        "events are missing, or nothing was ever there: positions 11 to 98",
    ),
    "what cannot be read": (
        [r"UPDATE events SET state = '\xff' WHERE notification_id = 10"],
        "an event cannot be read",
    ),
    "what was signed": (
        ["UPDATE checkpoints SET note = replace(note, 'position 7', 'position 6')"],
        "a checkpoint is not signed by the key of this log: checkpoint 1",
    ),
    "a checkpoint": (["DELETE FROM checkpoints WHERE number = 1"], "missing: numbers 1 to 1"),
    "the order of checkpoints": (
        [
            "UPDATE checkpoints SET number = 3 WHERE number = 1",
            "UPDATE checkpoints SET number = 1 WHERE number = 2",
            "UPDATE checkpoints SET number = 2 WHERE number = 3",
        ],
        "a checkpoint is of a smaller log than the one before it: checkpoint 2",
    ),
}
