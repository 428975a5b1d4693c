-- What 0003 has, for less: arrays are read in step, not each into a store of its own and joined.

-- Was called IMMUTABLE, which `convert_to` is not: then PostgreSQL runs it as a query for each event
-- instead of making it part of the query it stands in.
CREATE OR REPLACE FUNCTION event_hash(
    previous bytea, stream uuid, version bigint, name text, state bytea
) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT sha256(previous || uuid_send(stream) || int8send(version)
        || int2send(octet_length(name)::int2) || convert_to(name, 'UTF8') || state)
$$;

-- Whether events and keys are what their requests say: of that stream, with the versions and hashes
-- that follow. Who may append can then break no chain, not even on purpose: the first rule is for
-- arrays whose numbers begin elsewhere, the second for events that no request counts.
CREATE OR REPLACE FUNCTION append_is_sound(
    _stream uuid[], _expected bigint[], _previous bytea[], _count bigint[], _end bigint[],
    _request int[], _event_stream uuid[], _version bigint[], _topic text[], _state bytea[],
    _hash bytea[], _key_request int[], _key_stream uuid[]
) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT (1 <> ANY (ARRAY[
            array_lower(_stream, 1), array_lower(_expected, 1), array_lower(_previous, 1),
            array_lower(_count, 1), array_lower(_end, 1), array_lower(_hash, 1)
        ])) IS NOT TRUE
        AND coalesce(_end[cardinality(_end)], 0) = coalesce(cardinality(_hash), 0)
        AND NOT EXISTS (
            SELECT FROM (
                SELECT unnest(_count) AS count, unnest(_end) AS ends,
                    generate_subscripts(_end, 1) AS number
            ) r
            WHERE ends IS DISTINCT FROM coalesce(_end[number - 1], 0) + count
        )
        AND NOT EXISTS (
            SELECT FROM (
                SELECT unnest(_request) AS request, unnest(_event_stream) AS stream,
                    unnest(_version) AS version, unnest(_topic) AS topic, unnest(_state) AS state,
                    unnest(_hash) AS hash, generate_subscripts(_hash, 1) AS number
            ) e
            WHERE (stream = _stream[request]
                AND version - _expected[request] BETWEEN 1 AND _count[request]
                AND version - _expected[request] = number - (_end[request] - _count[request])
                AND hash = event_hash(
                    CASE WHEN version = _expected[request] + 1 THEN _previous[request]
                        ELSE _hash[number - 1] END,
                    stream, version, topic, state)) IS NOT TRUE
        )
        AND NOT EXISTS (
            SELECT FROM (SELECT unnest(_key_request) AS request, unnest(_key_stream) AS stream) k
            WHERE (stream = _stream[request] AND _expected[request] = 0) IS NOT TRUE
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
    FROM (
        SELECT unnest(_stream) AS stream, unnest(_expected) AS expected,
            unnest(_previous) AS previous, unnest(_command) AS command,
            generate_subscripts(_stream, 1) AS number
    ) r
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
    SELECT unnest(_event_stream), unnest(_version), unnest(_topic), unnest(_state), unnest(_hash),
        generate_series(_base + 1, _base + cardinality(_topic));
    INSERT INTO commands (command_id, fingerprint, stream_id, version, position)
    SELECT r.command, r.fingerprint, r.stream, r.expected + r.count, _base + r.ends
    FROM (
        SELECT unnest(_command) AS command, unnest(_fingerprint) AS fingerprint,
            unnest(_stream) AS stream, unnest(_expected) AS expected, unnest(_count) AS count,
            unnest(_end) AS ends
    ) r;
    IF cardinality(_key_stream) > 0 THEN
        INSERT INTO data_keys (stream_id, municipality, subject, names, kek, wrapped)
        SELECT unnest(_key_stream), unnest(_municipality), unnest(_subject),
            unnest(_names)::bigint[], unnest(_kek), unnest(_wrapped);
    END IF;
    IF cardinality(_topic) > 0 THEN
        -- Keeps the library's sequence ahead, should it append next.
        PERFORM setval('events_notification_id_seq', _base + cardinality(_topic));
        NOTIFY events;
    END IF;
END $$;
