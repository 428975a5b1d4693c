-- The event log. Column names are those of the eventsourcing library, so that its tools read it.
CREATE TABLE events (
    originator_id      uuid        NOT NULL,
    originator_version bigint      NOT NULL CHECK (originator_version > 0),
    topic              text        NOT NULL,
    state              bytea       NOT NULL,
    notification_id    bigserial   NOT NULL,
    recorded_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (originator_id, originator_version)
);
CREATE UNIQUE INDEX events_notification_id_idx ON events (notification_id);
CREATE TYPE stored_event_uuid AS (
    originator_id uuid, originator_version bigint, topic text, state bytea
);

-- Every command that was carried out: the same command twice is one effect and the same answer.
CREATE TABLE commands (
    command_id  uuid   PRIMARY KEY,
    fingerprint bytea  NOT NULL,
    stream_id   uuid   NOT NULL,
    version     bigint NOT NULL,
    position    bigint NOT NULL
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING HINT = 'Record a compensating event instead.';
END $$;
CREATE TRIGGER events_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER commands_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON commands
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Appends many requests in one commit; each is stored wholly or not at all.
--
-- The advisory lock makes positions follow commit order over all processes. ROW EXCLUSIVE, taken
-- first, waits for a process that appends in the library's own way (it locks the table).
-- A batch holds a stream, and a command, at most once. Heads are probed by index, one a request,
-- so the plan does not depend on statistics.
CREATE FUNCTION append_events(
    _stream uuid[], _expected bigint[], _command uuid[], _fingerprint bytea[],
    _request int[], _topic text[], _state bytea[]
) RETURNS TABLE (request int, outcome text, stream_id uuid, version bigint, "position" bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    _base bigint;
BEGIN
    LOCK TABLE events IN ROW EXCLUSIVE MODE;
    PERFORM pg_advisory_xact_lock(hashtextextended('amtsweg.append', 0));
    SELECT coalesce(max(notification_id), 0) INTO _base FROM events;
    RETURN QUERY
    WITH asked AS MATERIALIZED (
        SELECT r.number::int AS request, r.stream, r.expected, r.command, r.fingerprint,
               coalesce(head.originator_version, 0) AS head,
               known.fingerprint AS known_fingerprint, known.stream_id AS known_stream,
               known.version AS known_version, known.position AS known_position
        FROM unnest(_stream, _expected, _command, _fingerprint)
             WITH ORDINALITY AS r (stream, expected, command, fingerprint, number)
        LEFT JOIN LATERAL (
            SELECT e.originator_version FROM events e WHERE e.originator_id = r.stream
            ORDER BY e.originator_version DESC LIMIT 1
        ) head ON true
        LEFT JOIN LATERAL (
            SELECT * FROM commands c WHERE c.command_id = r.command LIMIT 1
        ) known ON true
    ), fresh AS MATERIALIZED (
        SELECT * FROM asked WHERE known_fingerprint IS NULL AND head = expected
    ), placed AS MATERIALIZED (
        SELECT f.request, f.stream, e.topic, e.state,
               f.expected + row_number() OVER (PARTITION BY f.request ORDER BY e.number) AS version,
               _base + row_number() OVER (ORDER BY e.number) AS position
        FROM unnest(_request, _topic, _state) WITH ORDINALITY AS e (request, topic, state, number)
        JOIN fresh f ON f.request = e.request
    ), inserted AS (
        INSERT INTO events (originator_id, originator_version, topic, state, notification_id)
        SELECT stream, version, topic, state, position FROM placed ORDER BY position
    ), done AS MATERIALIZED (
        SELECT f.request, f.stream, f.command, f.fingerprint,
               coalesce(max(p.version), f.head) AS version,
               coalesce(max(p.position), _base) AS position
        FROM fresh f LEFT JOIN placed p ON p.request = f.request
        GROUP BY f.request, f.stream, f.command, f.fingerprint, f.head
    ), remembered AS (
        INSERT INTO commands (command_id, fingerprint, stream_id, version, position)
        SELECT command, fingerprint, stream, version, position FROM done
    )
    SELECT a.request,
           CASE WHEN d.request IS NOT NULL THEN 'appended'
                WHEN a.known_fingerprint IS NULL THEN 'conflict'
                WHEN a.known_fingerprint = a.fingerprint THEN 'replayed'
                ELSE 'reused' END,
           coalesce(d.stream, a.known_stream, a.stream),
           coalesce(d.version, a.known_version, a.head),
           coalesce(d.position, a.known_position, _base)
    FROM asked a LEFT JOIN done d ON d.request = a.request;
    IF cardinality(_topic) > 0 THEN
        -- Keeps the library's sequence ahead, should it append next.
        PERFORM setval('events_notification_id_seq', greatest(max(notification_id), 1)) FROM events;
        NOTIFY events;
    END IF;
END $$;
