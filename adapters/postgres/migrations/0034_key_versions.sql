-- The versions of the key-encryption key that this database knows, told by `migrate` and
-- `keys rotate` alone: what somebody appends under any other one could be opened by nobody.
-- `proof`: something of no use that only this version opens. So a key file is known to be the right
-- one whatever lies in data_keys, where whoever took over an API process may add rows.
CREATE TABLE key_versions (
    version    int         PRIMARY KEY,
    proof      bytea       NOT NULL,
    known_from timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- For append_events, of the keys it is about to store: PERFORM require_known_keks(_kek).
-- As long as no version was ever told of, whoever appends knows best. A version that was retired
-- stays known: its constraint on data_keys says so better.
CREATE FUNCTION require_known_keks(_kek int[]) RETURNS void LANGUAGE plpgsql STABLE AS $$
DECLARE
    _known int[] := (SELECT array_agg(version) FROM key_versions);
BEGIN
    IF NOT _kek <@ _known THEN
        RAISE EXCEPTION 'a key is wrapped under a version that this database was not told of'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'kek_is_known', TABLE = 'data_keys';
    END IF;
END $$;
