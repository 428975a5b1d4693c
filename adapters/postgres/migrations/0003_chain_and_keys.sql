-- Each event carries the hash of its stream up to and including itself, and what is personal in it
-- is sealed under a key of its application, so that destroying the key forgets the person.
DO $$ BEGIN
    IF EXISTS (SELECT FROM events) THEN
        RAISE EXCEPTION 'this log was begun by a pre-release, without a chain and in the clear'
            USING HINT = 'Begin a new one: another database, or another AMTSWEG_HOME.';
    END IF;
END $$;
-- They showed names; what took their place is made anew.
DROP TABLE IF EXISTS worklist_v1, my_applications_v1;

ALTER TABLE events ADD COLUMN hash bytea NOT NULL CHECK (octet_length(hash) = 32);

-- What the chain binds: adapters/event_store/chain.py makes the same from the same.
CREATE FUNCTION event_hash(
    previous bytea, stream uuid, version bigint, name text, state bytea
) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT sha256(previous || uuid_send(stream) || int8send(version)
        || int2send(octet_length(name)::int2) || convert_to(name, 'UTF8') || state)
$$;

-- For whoever appends in the library's own way, which knows nothing of a chain.
CREATE FUNCTION chain_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    _previous bytea;
BEGIN
    SELECT hash INTO _previous FROM events
        WHERE originator_id = NEW.originator_id
        AND originator_version = NEW.originator_version - 1;
    IF _previous IS NULL AND NEW.originator_version > 1 THEN
        RAISE EXCEPTION 'version % of this stream has none before it', NEW.originator_version;
    END IF;
    NEW.hash := event_hash(coalesce(_previous, decode(repeat('00', 32), 'hex')),
        NEW.originator_id, NEW.originator_version, NEW.topic, NEW.state);
    RETURN NEW;
END $$;
CREATE TRIGGER events_are_chained BEFORE INSERT ON events
    FOR EACH ROW WHEN (NEW.hash IS NULL) EXECUTE FUNCTION chain_event();

-- One row an application for ever. `subject` and `names` are keyed digests to find a person by;
-- destroying the key takes them along. `wrapped` is of no use without the key-encryption key `kek`,
-- which is never in this database. `last_kek`: the one it was under when it was destroyed, so that
-- what backups remember of it is known to be beyond recall once that one is retired.
CREATE TABLE data_keys (
    stream_id    uuid        PRIMARY KEY,
    municipality text        NOT NULL,
    made_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    subject      bytea,
    names        bigint[],
    kek          int,
    wrapped      bytea,
    destroyed_at timestamptz,
    last_kek     int,
    CHECK (destroyed_at IS NULL OR (subject, names, kek, wrapped) IS NULL),
    CHECK (destroyed_at IS NOT NULL OR (subject, names, kek, wrapped) IS NOT NULL)
);
CREATE INDEX data_keys_subject_idx ON data_keys (subject) WHERE subject IS NOT NULL;

CREATE FUNCTION guard_data_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.destroyed_at IS NOT NULL THEN
        RAISE EXCEPTION 'a key that was destroyed stays so';
    END IF;
    IF (NEW.stream_id, NEW.municipality, NEW.made_at)
            IS DISTINCT FROM (OLD.stream_id, OLD.municipality, OLD.made_at) THEN
        RAISE EXCEPTION 'a key stays with its application';
    END IF;
    IF NEW.destroyed_at IS NULL AND NOT pg_has_role(
        current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE'
    ) THEN
        RAISE EXCEPTION 'only the owner of the database wraps keys anew'
            USING HINT = 'Run `keys rotate` with the login that runs `migrate`.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER data_keys_are_guarded BEFORE UPDATE ON data_keys
    FOR EACH ROW EXECUTE FUNCTION guard_data_key();
CREATE TRIGGER data_keys_are_never_deleted BEFORE DELETE OR TRUNCATE ON data_keys
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A key goes only after the fact that its person was erased, and only by this: whoever took over an
-- API process cannot make the whole office forget.
CREATE FUNCTION destroy_key(_stream uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE data_keys SET subject = NULL, names = NULL, kek = NULL, wrapped = NULL,
        destroyed_at = clock_timestamp(), last_kek = kek
    WHERE stream_id = _stream AND destroyed_at IS NULL AND EXISTS (
        SELECT FROM events WHERE originator_id = _stream
            AND topic IN ('ApplicantErased', 'FeeRecordErased')
    );
    RETURN FOUND;
END $$;

-- `dropped`: nobody to send it to, as no address was given, or the applicant was erased.
ALTER TABLE notifications DROP CONSTRAINT notifications_state_check;
ALTER TABLE notifications ADD CONSTRAINT notifications_state_check
    CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'dropped'));

-- Whether events and keys are what their requests say: of that stream, with the versions and hashes
-- that follow. Who may append can then break no chain, not even on purpose.
CREATE FUNCTION append_is_sound(
    _stream uuid[], _expected bigint[], _previous bytea[], _count bigint[], _end bigint[],
    _request int[], _event_stream uuid[], _version bigint[], _topic text[], _state bytea[],
    _hash bytea[], _key_request int[], _key_stream uuid[]
) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    WITH requests AS MATERIALIZED (
        SELECT *, lag(ends, 1, 0::bigint) OVER (ORDER BY number) AS begins
        FROM unnest(_stream, _expected, _previous, _count, _end) WITH ORDINALITY
            AS r (stream, expected, previous, count, ends, number)
    )
    SELECT coalesce(_end[cardinality(_end)], 0) = coalesce(cardinality(_hash), 0)
        AND NOT EXISTS (SELECT FROM requests WHERE ends IS DISTINCT FROM begins + count)
        AND NOT EXISTS (
            SELECT FROM (
                SELECT *, lag(hash) OVER (ORDER BY number) AS before
                FROM unnest(_request, _event_stream, _version, _topic, _state, _hash)
                    WITH ORDINALITY AS e (request, stream, version, topic, state, hash, number)
            ) e
            LEFT JOIN requests r ON r.number = e.request
            WHERE (e.number > r.begins AND e.number <= r.ends AND e.stream = r.stream
                AND e.version = r.expected + e.number - r.begins
                AND e.hash = event_hash(
                    CASE WHEN e.number = r.begins + 1 THEN r.previous ELSE e.before END,
                    e.stream, e.version, e.topic, e.state)) IS NOT TRUE
        )
        AND NOT EXISTS (
            SELECT FROM unnest(_key_request, _key_stream) AS k (request, stream)
            LEFT JOIN requests r ON r.number = k.request
            WHERE (k.stream = r.stream AND r.expected = 0) IS NOT TRUE
        )
$$;

-- Appends many requests in one commit; each is stored wholly or not at all.
--
-- The advisory lock makes positions follow commit order over all processes. ROW EXCLUSIVE, taken
-- first, waits for a process that appends in the library's own way (it locks the table).
-- A batch holds a stream, and a command, at most once. `_count`: events of a request; `_end`: their
-- running sum. Heads and commands are probed by index, one a request: LIMIT keeps the planner from
-- ever reading a whole table instead, whatever statistics say.
--
-- It runs as its owner: the login of API and workers can append by it, and in no other way.
--
-- Answers with the position before the batch, as request 0, and with the requests that were not
-- appended: all others got the next positions, in their order.
DROP FUNCTION append_events;
CREATE FUNCTION append_events(
    _stream uuid[], _expected bigint[], _previous bytea[], _count bigint[], _end bigint[],
    _command uuid[], _fingerprint bytea[],
    _request int[], _event_stream uuid[], _version bigint[], _topic text[], _state bytea[],
    _hash bytea[],
    _key_request int[], _key_stream uuid[], _municipality text[], _subject bytea[],
    _names text[], _kek int[], _wrapped bytea[]
) RETURNS TABLE (request int, outcome text, stream_id uuid, version bigint, "position" bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    _base bigint;
    _refused int[];
BEGIN
    IF NOT append_is_sound(
        _stream, _expected, _previous, _count, _end,
        _request, _event_stream, _version, _topic, _state, _hash, _key_request, _key_stream
    ) THEN
        RAISE EXCEPTION 'these events do not fit the requests they came with'
            USING ERRCODE = 'data_exception';
    END IF;
    LOCK TABLE events IN ROW EXCLUSIVE MODE;
    PERFORM pg_advisory_xact_lock(hashtextextended('amtsweg.append', 0));
    SELECT coalesce(max(notification_id), 0) INTO _base FROM events;

    SELECT array_agg(r.number) INTO _refused
    FROM unnest(_stream, _expected, _previous, _command) WITH ORDINALITY
        AS r (stream, expected, previous, command, number)
    LEFT JOIN LATERAL (
        SELECT e.originator_version, e.hash FROM events e WHERE e.originator_id = r.stream
        ORDER BY e.originator_version DESC LIMIT 1
    ) head ON true
    LEFT JOIN LATERAL (
        SELECT c.command_id FROM commands c WHERE c.command_id = r.command LIMIT 1
    ) known ON true
    WHERE known.command_id IS NOT NULL OR coalesce(head.originator_version, 0) <> r.expected
        OR head.hash <> r.previous;

    RETURN QUERY SELECT 0, 'before', NULL::uuid, NULL::bigint, _base;
    IF _refused IS NOT NULL THEN
        RETURN QUERY
        SELECT r.number::int,
               CASE WHEN known.command_id IS NULL THEN 'conflict'
                    WHEN known.fingerprint = r.fingerprint THEN 'replayed'
                    ELSE 'reused' END,
               coalesce(known.stream_id, r.stream), known.version, known.position
        FROM unnest(_stream, _command, _fingerprint) WITH ORDINALITY
            AS r (stream, command, fingerprint, number)
        LEFT JOIN LATERAL (
            SELECT * FROM commands c WHERE c.command_id = r.command LIMIT 1
        ) known ON true
        WHERE r.number = ANY (_refused);

        -- Rarely so: the arrays once more, without those that were refused.
        SELECT array_agg(e.stream), array_agg(e.version), array_agg(e.topic), array_agg(e.state),
               array_agg(e.hash)
        INTO _event_stream, _version, _topic, _state, _hash
        FROM (
            SELECT * FROM unnest(_request, _event_stream, _version, _topic, _state, _hash)
                WITH ORDINALITY AS a (request, stream, version, topic, state, hash, number)
            WHERE request <> ALL (_refused) ORDER BY number
        ) e;
        SELECT array_agg(k.stream), array_agg(k.municipality), array_agg(k.subject),
               array_agg(k.names), array_agg(k.kek), array_agg(k.wrapped)
        INTO _key_stream, _municipality, _subject, _names, _kek, _wrapped
        FROM unnest(_key_request, _key_stream, _municipality, _subject, _names, _kek, _wrapped)
            AS k (request, stream, municipality, subject, names, kek, wrapped)
        WHERE k.request <> ALL (_refused);
        SELECT array_agg(r.command), array_agg(r.fingerprint), array_agg(r.stream),
               array_agg(r.expected), array_agg(r.count), array_agg(r.ends)
        INTO _command, _fingerprint, _stream, _expected, _count, _end
        FROM (
            SELECT *, sum(count) OVER (ORDER BY number)::bigint AS ends
            FROM unnest(_command, _fingerprint, _stream, _expected, _count) WITH ORDINALITY
                AS a (command, fingerprint, stream, expected, count, number)
            WHERE number <> ALL (_refused) ORDER BY number
        ) r;
    END IF;

    INSERT INTO events (originator_id, originator_version, topic, state, hash, notification_id)
    SELECT e.stream, e.version, e.topic, e.state, e.hash, _base + e.number
    FROM unnest(_event_stream, _version, _topic, _state, _hash) WITH ORDINALITY
        AS e (stream, version, topic, state, hash, number);
    INSERT INTO commands (command_id, fingerprint, stream_id, version, position)
    SELECT r.command, r.fingerprint, r.stream, r.expected + r.count, _base + r.ends
    FROM unnest(_command, _fingerprint, _stream, _expected, _count, _end)
        AS r (command, fingerprint, stream, expected, count, ends);
    IF cardinality(_key_stream) > 0 THEN
        INSERT INTO data_keys (stream_id, municipality, subject, names, kek, wrapped)
        SELECT k.stream, k.municipality, k.subject, k.names::bigint[], k.kek, k.wrapped
        FROM unnest(_key_stream, _municipality, _subject, _names, _kek, _wrapped)
            AS k (stream, municipality, subject, names, kek, wrapped);
    END IF;
    IF cardinality(_topic) > 0 THEN
        -- Keeps the library's sequence ahead, should it append next.
        PERFORM setval('events_notification_id_seq', _base + cardinality(_topic));
        NOTIFY events;
    END IF;
END $$;
