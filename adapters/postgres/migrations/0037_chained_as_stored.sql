-- What 0035 has, but the hashes are made here, instead of being made by whoever appends and once more
-- to check them. Of an event only that is told which its request does not say.

DROP FUNCTION append_events(
    uuid[], bigint[], bytea[], bigint[], bigint[], uuid[], bytea[], int[], uuid[], bigint[], text[],
    bytea[], bytea[], int[], uuid[], text[], bytea[], text[], int[], bytea[]
);

-- Appends many requests in one commit; each is stored wholly or not at all.
--
-- The advisory lock makes positions follow commit order over all processes. ROW EXCLUSIVE, taken
-- first, waits for a process that appends in the library's own way (it locks the table).
-- A batch holds a stream, and a command, at most once. `_count`: events of a request; `_end`: their
-- running sum. Heads and commands are probed by index, one a request: LIMIT keeps the planner from
-- ever reading a whole table instead, whatever statistics say.
--
-- It runs as its owner: the login of API and workers can append by it, and in no other way. Nothing
-- that it is told is believed: an event goes to the stream its request names, with the version and
-- the hash that follow, so no chain can be broken, not even on purpose. (Arrays whose numbers begin
-- elsewhere, or of more dimensions, would be compared with other rows than are stored.)
--
-- `_link`: the hash of an event that another one of its request follows, so that all are made in
-- one pass; nothing for the last one.
--
-- Answers with the requests that were not appended, and last, as request 0, with the position before
-- the batch and the hashes of what was stored, one behind the other: all requests but those got the
-- next positions, in their order.
CREATE FUNCTION append_events(
    _stream uuid[], _expected bigint[], _previous bytea[], _count bigint[], _end bigint[],
    _command uuid[], _fingerprint bytea[],
    _request int[], _topic text[], _state bytea[], _link bytea[],
    _key_request int[], _municipality text[], _subject bytea[],
    _names text[], _kek int[], _wrapped bytea[]
) RETURNS TABLE (
    request int, outcome text, stream_id uuid, version bigint, "position" bigint, hashes bytea
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    _base bigint;
    _refused bigint[];
    _skipped bigint[]; -- of each request: how many events up to its own are not stored
    _unfit boolean;
    _total bigint := cardinality(_state);
BEGIN
    IF (1 <> ANY (ARRAY[
            array_ndims(_stream), array_ndims(_expected), array_ndims(_previous),
            array_ndims(_count), array_ndims(_end), array_ndims(_link),
            array_lower(_stream, 1), array_lower(_expected, 1), array_lower(_previous, 1),
            array_lower(_count, 1), array_lower(_end, 1), array_lower(_link, 1)
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

    IF _refused IS NOT NULL THEN
        RETURN QUERY
        SELECT r.number::int,
               CASE WHEN known.command_id IS NULL THEN 'conflict'
                    WHEN known.fingerprint = r.fingerprint THEN 'replayed'
                    ELSE 'reused' END,
               coalesce(known.stream_id, r.stream), known.version, known.position, NULL::bytea
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

    WITH told AS (
        SELECT unnest(_request) AS request, unnest(_topic) AS topic, unnest(_state) AS state,
            unnest(_link) AS link, generate_subscripts(_state, 1) AS number
    ), placed AS (
        SELECT *, _stream[t.request] AS stream, _count[t.request] AS count,
            t.number - (_end[t.request] - _count[t.request]) AS step
        FROM told t
        WHERE _refused IS NULL OR (t.request <> ALL (_refused)) IS NOT FALSE
    ), chained AS (
        SELECT *, _expected[p.request] + p.step AS version,
            event_hash(
                CASE WHEN p.step = 1 THEN _previous[p.request] ELSE _link[p.number - 1] END,
                p.stream, _expected[p.request] + p.step, p.topic, p.state) AS hash
        FROM placed p
        OFFSET 0 -- it is made once, not wherever it is named
    ), stored AS (
        INSERT INTO events (originator_id, originator_version, topic, state, hash, notification_id)
        SELECT c.stream, c.version, c.topic, c.state,
            CASE WHEN c.step BETWEEN 1 AND c.count
                AND c.link = CASE WHEN c.step = c.count THEN '' ELSE c.hash END
                THEN c.hash ELSE refuse_unfitting() END,
            _base + c.number - coalesce(_skipped[c.request], 0)
        FROM chained c
        RETURNING hash
    )
    -- In the order they were stored in, by which no sort is needed. (Whoever was told another one's
    -- hash would be refused with it.)
    SELECT coalesce(string_agg(s.hash, ''), '') INTO hashes FROM stored s;
    -- Else some were said to be of a request that is refused, and are of another one.
    IF octet_length(hashes) <> 32 * coalesce(_total, 0) THEN
        PERFORM refuse_unfitting();
    END IF;
    INSERT INTO commands (command_id, fingerprint, stream_id, version, position)
    SELECT r.command, r.fingerprint, r.stream, r.expected + r.count,
        _base + r.ends - coalesce(_skipped[r.number], 0)
    FROM (
        SELECT unnest(_command) AS command, unnest(_fingerprint) AS fingerprint,
            unnest(_stream) AS stream, unnest(_expected) AS expected, unnest(_count) AS count,
            unnest(_end) AS ends, generate_subscripts(_stream, 1) AS number
    ) r
    WHERE _refused IS NULL OR r.number <> ALL (_refused);
    IF cardinality(_key_request) > 0 THEN
        INSERT INTO data_keys (stream_id, municipality, subject, names, kek, wrapped)
        SELECT _stream[k.request], k.municipality, k.subject, k.names::bigint[],
            CASE WHEN k.kek = ANY ((SELECT array_agg(v.version) FROM key_versions v)::int[])
                THEN k.kek ELSE known_kek(k.kek) END,
            CASE WHEN _expected[k.request] = 0 AND _count[k.request] > 0
                AND octet_length(k.wrapped) = 60
                THEN k.wrapped ELSE refuse_unfitting() END
        FROM (
            SELECT unnest(_key_request) AS request, unnest(_municipality) AS municipality,
                unnest(_subject) AS subject, unnest(_names) AS names, unnest(_kek) AS kek,
                unnest(_wrapped) AS wrapped
        ) k
        WHERE _refused IS NULL OR (k.request <> ALL (_refused)) IS NOT FALSE;
    END IF;
    IF _total > 0 THEN
        -- Keeps the library's sequence ahead, should it append next.
        _total := setval('events_notification_id_seq', _base + _total);
        NOTIFY events;
    END IF;
    request := 0;
    outcome := 'before';
    "position" := _base;
    RETURN NEXT;
END $$;

-- The role that may gets it with all its other rights, at the end of `migrate`.
REVOKE ALL ON FUNCTION append_events(
    uuid[], bigint[], bytea[], bigint[], bigint[], uuid[], bytea[], int[], text[], bytea[], bytea[],
    int[], text[], bytea[], text[], int[], bytea[]
) FROM PUBLIC;
