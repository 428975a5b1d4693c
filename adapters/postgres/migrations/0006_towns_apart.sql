-- The second wall between towns, behind the checks of the API: rows are shown for a town, or for an
-- account, that the transaction names (adapters/postgres/tenants.py), and otherwise not at all.
--
-- `*` is every town: the log, the workers and maintenance say so when they connect. FORCE holds the
-- owner of the tables to it as well.

-- `_own`: an applicant sees the rows of their own applications. A table that names no municipality
-- is for `*` alone. Each setting is read once a statement, not once a row. CASE keeps the planner
-- from believing that the rule leaves few rows, for which it would read and sort a whole town.
CREATE FUNCTION wall_off(_table regclass, _own boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    _asked text := $q$(SELECT current_setting('amtsweg.municipality', true))$q$;
    _account text := $q$(SELECT decode(current_setting('amtsweg.account', true), 'hex'))$q$;
    _town text := format('%s = %L', _asked, '*');
    _person text := 'false';
BEGIN
    IF EXISTS (
        SELECT FROM pg_attribute
        WHERE attrelid = _table AND attname = 'municipality' AND NOT attisdropped
    ) THEN
        _town := format('municipality = %s OR %s', _asked, _town);
    END IF;
    IF _own THEN
        _person := format('application_id IN (SELECT stream_id FROM public.data_keys
            WHERE subject = %s)', _account);
    ELSIF _table = to_regclass('public.data_keys') THEN
        _person := format('subject = %s', _account);
    END IF;
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', _table);
    EXECUTE format('DROP POLICY IF EXISTS towns_apart ON %s', _table);
    EXECUTE format('CREATE POLICY towns_apart ON %s USING (CASE WHEN %s THEN true ELSE %s END)',
        _table, _town, _person);
END $$;

SELECT wall_off('data_keys');
-- A key is added with its application's first event, whoever asks: that shows nobody anything.
CREATE POLICY keys_are_added ON data_keys FOR INSERT WITH CHECK (true);
SELECT wall_off('notifications');
