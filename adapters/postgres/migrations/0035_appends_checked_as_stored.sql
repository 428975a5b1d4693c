-- What 0029 has, for less and with less trust in whoever appends: the events are checked in the very
-- pass that stores them. No request counts less than nothing, a new stream begins with the chain's
-- beginning, and a key comes with an event that it is for, wrapped as keys are, under a known version.

-- In place of a value that does not fit: nothing is stored then.
CREATE FUNCTION refuse_unfitting() RETURNS bytea LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'these events do not fit the requests they came with'
        USING ERRCODE = 'data_exception';
END $$;

-- For those few that are not simply found among the known ones.
CREATE FUNCTION known_kek(_kek int) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
    PERFORM require_known_keks(ARRAY[_kek]);
    RETURN _kek;
END $$;

-- Appends many requests in one commit; each is stored wholly or not at all.
--
-- The advisory lock makes positions follow commit order over all processes. ROW EXCLUSIVE, taken
-- first, waits for a process that appends in the library's own way (it locks the table).
-- A batch holds a stream, and a command, at most once. `_count`: events of a request; `_end`: their
-- running sum. Heads and commands are probed by index, one a request: LIMIT keeps the planner from
-- ever reading a whole table instead, whatever statistics say.
--
-- It runs as its owner: the login of API and workers can append by it, and in no other way. Nothing
-- that it is told is believed: an event is of the stream its request names, has the version and the
-- hash that follow, and so no chain can be broken, not even on purpose. (Arrays whose numbers begin
-- elsewhere would be compared with other rows than are stored.)
--
-- Answers with the position before the batch, as request 0, and with the requests that were not
-- appended: all others got the next positions, in their order.
CREATE OR REPLACE FUNCTION append_events(
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
    _refused bigint[];
    _skipped bigint[]; -- of each request: how many events up to its own are not stored
    _unfit boolean;
    _total bigint := cardinality(_hash);
BEGIN
    IF (1 <> ANY (ARRAY[
            array_lower(_stream, 1), array_lower(_expected, 1), array_lower(_previous, 1),
            array_lower(_count, 1), array_lower(_end, 1), array_lower(_hash, 1)
        ])) OR coalesce(_end[cardinality(_end)], 0) <> coalesce(_total, 0) THEN
        PERFORM refuse_unfitting();
    END IF;
    LOCK TABLE events IN ROW EXCLUSIVE MODE;
    PERFORM pg_advisory_xact_lock(hashtextextended('amtsweg.append', 0));

    SELECT coalesce((SELECT max(notification_id) FROM events), 0),
        array_agg(r.number) FILTER (WHERE known.command_id IS NOT NULL
            OR coalesce(head.originator_version, 0) <> r.expected
            OR coalesce(head.hash, decode(repeat('00', 32), 'hex')) IS DISTINCT FROM r.previous),
        bool_or((r.stream IS NOT NULL AND r.count >= 0
            AND r.ends = coalesce(_end[r.number - 1], 0) + r.count) IS NOT TRUE)
    INTO _base, _refused, _unfit
    FROM (
        SELECT unnest(_stream) AS stream, unnest(_expected) AS expected,
            unnest(_previous) AS previous, unnest(_count) AS count, unnest(_end) AS ends,
            unnest(_command) AS command, generate_subscripts(_stream, 1)::bigint AS number
    ) r
    LEFT JOIN LATERAL (
        SELECT e.originator_version, e.hash FROM events e WHERE e.originator_id = r.stream
        ORDER BY e.originator_version DESC LIMIT 1
    ) head ON true
    LEFT JOIN LATERAL (
        SELECT c.command_id FROM commands c WHERE c.command_id = r.command LIMIT 1
    ) known ON true;
    IF _unfit THEN
        PERFORM refuse_unfitting();
    END IF;

    request := 0;
    outcome := 'before';
    "position" := _base;
    RETURN NEXT;
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
        SELECT array_agg(r.skipped ORDER BY r.number) INTO _skipped
        FROM (
            SELECT number, sum(CASE WHEN number = ANY (_refused) THEN count ELSE 0 END)
                OVER (ORDER BY number)::bigint AS skipped
            FROM unnest(_count) WITH ORDINALITY AS a (count, number)
        ) r;
        _total := _total - _skipped[cardinality(_skipped)];
    END IF;

    INSERT INTO events (originator_id, originator_version, topic, state, hash, notification_id)
    SELECT e.stream, e.version, e.topic, e.state,
        CASE WHEN e.stream = _stream[e.request]
            AND e.version - _expected[e.request] BETWEEN 1 AND _count[e.request]
            AND e.version - _expected[e.request] = e.number - (_end[e.request] - _count[e.request])
            AND e.hash = event_hash(
                CASE WHEN e.version = _expected[e.request] + 1 THEN _previous[e.request]
                    ELSE _hash[e.number - 1] END,
                e.stream, e.version, e.topic, e.state)
            THEN e.hash ELSE refuse_unfitting() END,
        _base + e.number - coalesce(_skipped[e.request], 0)
    FROM (
        SELECT unnest(_request) AS request, unnest(_event_stream) AS stream,
            unnest(_version) AS version, unnest(_topic) AS topic, unnest(_state) AS state,
            unnest(_hash) AS hash, generate_subscripts(_hash, 1) AS number
    ) e
    WHERE _refused IS NULL OR (e.request <> ALL (_refused)) IS NOT FALSE;
    INSERT INTO commands (command_id, fingerprint, stream_id, version, position)
    SELECT r.command, r.fingerprint, r.stream, r.expected + r.count,
        _base + r.ends - coalesce(_skipped[r.number], 0)
    FROM (
        SELECT unnest(_command) AS command, unnest(_fingerprint) AS fingerprint,
            unnest(_stream) AS stream, unnest(_expected) AS expected, unnest(_count) AS count,
            unnest(_end) AS ends, generate_subscripts(_stream, 1) AS number
    ) r
    WHERE _refused IS NULL OR r.number <> ALL (_refused);
    IF cardinality(_key_stream) > 0 THEN
        INSERT INTO data_keys (stream_id, municipality, subject, names, kek, wrapped)
        SELECT k.stream, k.municipality, k.subject, k.names::bigint[],
            CASE WHEN k.kek = ANY ((SELECT array_agg(v.version) FROM key_versions v)::int[])
                THEN k.kek ELSE known_kek(k.kek) END,
            CASE WHEN k.stream = _stream[k.request] AND _expected[k.request] = 0
                AND _count[k.request] > 0 AND octet_length(k.wrapped) = 60
                THEN k.wrapped ELSE refuse_unfitting() END
        FROM (
            SELECT unnest(_key_request) AS request, unnest(_key_stream) AS stream,
                unnest(_municipality) AS municipality, unnest(_subject) AS subject,
                unnest(_names) AS names, unnest(_kek) AS kek, unnest(_wrapped) AS wrapped
        ) k
        WHERE _refused IS NULL OR (k.request <> ALL (_refused)) IS NOT FALSE;
    END IF;
    IF _total > 0 THEN
        -- Keeps the library's sequence ahead, should it append next.
        _total := setval('events_notification_id_seq', _base + _total);
        NOTIFY events;
    END IF;
END $$;

DROP FUNCTION append_is_sound;
