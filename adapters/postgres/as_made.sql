-- What there is of the schema that the log's soundness rests on: of what, which thing, how it is.
-- `search_path` is pg_catalog alone, so that every name is written with its schema.
WITH application AS (SELECT coalesce(to_regrole('amtsweg_application'), 0)::oid AS role),
-- Who is neither a superuser nor as good as the owner: what these may do is looked at.
-- Below 16384 are roles of PostgreSQL's own; whom they were granted to has their rights.
people AS (
    SELECT oid AS role, rolname AS name, NOT pg_has_role(oid, application.role, 'USAGE') AS stranger
    FROM pg_roles, application WHERE NOT rolsuper AND oid >= 16384 AND oid <> application.role
),
tables AS (
    SELECT oid, relname, relowner, 'table ' || relname AS name, relpersistence, relkind,
        relrowsecurity, relforcerowsecurity
    FROM pg_class WHERE relnamespace = to_regnamespace('public') AND relkind IN ('r', 'p')
),
functions AS (
    SELECT *, 'function ' || proname AS name,
        oid::regprocedure::text AS arguments
    FROM pg_proc WHERE pronamespace = to_regnamespace('public')
),
sequences AS (
    SELECT oid, relowner, 'sequence ' || relname AS name
    FROM pg_class WHERE relnamespace = to_regnamespace('public') AND relkind = 'S'
),
ways (way) AS (
    VALUES ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE'), ('REFERENCES'), ('TRIGGER')
),
-- Whichever way the right came about: by its table, by a column, or as a member of somebody.
may AS (
    SELECT t.oid, way, role, of FROM tables t, ways, LATERAL (
        SELECT role, 'amtsweg_application' AS of FROM application
        UNION ALL SELECT role, name FROM people WHERE NOT pg_has_role(role, relowner, 'USAGE')
    ) whoever
    WHERE CASE WHEN way IN ('DELETE', 'TRUNCATE', 'TRIGGER')
        THEN has_table_privilege(role, t.oid, way)
        ELSE has_any_column_privilege(role, t.oid, way) END
)
SELECT name, 'itself', concat_ws(', ', relkind, CASE relpersistence
        WHEN 'p' THEN 'kept over a crash' ELSE 'EMPTY AFTER A CRASH' END,
        CASE WHEN relrowsecurity AND relforcerowsecurity THEN 'walled off' ELSE 'open' END)
    FROM tables
UNION ALL
SELECT name, 'columns', string_agg(concat_ws(' ', quote_ident(attname),
        format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN 'NOT NULL' END,
        'DEFAULT ' || pg_get_expr(adbin, adrelid)), ', ' ORDER BY attnum)
    FROM tables JOIN pg_attribute ON attrelid = oid AND attnum > 0 AND NOT attisdropped
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum GROUP BY name
UNION ALL
SELECT name, 'constraint ' || conname, pg_get_constraintdef(c.oid)
    FROM tables t JOIN pg_constraint c ON conrelid = t.oid AND contype IN ('c', 'f', 'x')
UNION ALL
SELECT name, 'index ' || relname,
        pg_get_indexdef(indexrelid) || CASE WHEN NOT indisvalid THEN ' (NOT VALID)' ELSE '' END
    FROM (SELECT oid, name FROM tables) t JOIN pg_index ON indrelid = oid AND indisunique
    JOIN pg_class i ON i.oid = indexrelid
UNION ALL
SELECT name, 'trigger ' || tgname, pg_get_triggerdef(g.oid)
        || CASE WHEN tgenabled NOT IN ('O', 'A') THEN ' (SWITCHED OFF)' ELSE '' END
    FROM tables t JOIN pg_trigger g ON tgrelid = t.oid AND NOT tgisinternal
UNION ALL
SELECT name, 'rule ' || rulename, pg_get_ruledef(r.oid)
    FROM tables t JOIN pg_rewrite r ON ev_class = t.oid
UNION ALL
SELECT name, 'policy ' || polname, concat_ws(' ', polcmd,
        CASE WHEN polpermissive THEN 'permissive' ELSE 'restrictive' END,
        CASE WHEN polroles <> '{0}' THEN polroles::regrole[]::text END,
        'USING ' || pg_get_expr(polqual, polrelid),
        'CHECK ' || pg_get_expr(polwithcheck, polrelid))
    FROM tables t JOIN pg_policy p ON polrelid = t.oid
UNION ALL
SELECT name, 'amtsweg_application may', coalesce(string_agg(way, ', ' ORDER BY way), 'nothing')
    FROM tables t LEFT JOIN (SELECT may.* FROM may JOIN application USING (role)) m USING (oid)
    GROUP BY name
UNION ALL
-- Reading changes nothing.
SELECT name, 'others may', string_agg(DISTINCT may.of || ' ' || way, ', ')
    FROM tables JOIN may USING (oid), application
    WHERE way <> 'SELECT' AND may.role <> application.role AND NOT EXISTS (SELECT FROM may granted
        WHERE granted.oid = may.oid AND granted.way = may.way AND granted.role = application.role)
    GROUP BY name
UNION ALL
SELECT name, arguments, concat_ws(', ', 'body ' || encode(sha256(convert_to(prosrc, 'UTF8')), 'hex'),
        'returns ' || pg_get_function_result(functions.oid),
        (SELECT lanname FROM pg_language l WHERE l.oid = prolang),
        CASE provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END,
        CASE WHEN proisstrict THEN 'strict' END, CASE WHEN prosecdef THEN 'as its owner' END,
        array_to_string(proconfig, ', '),
        CASE WHEN has_function_privilege(role, functions.oid, 'EXECUTE')
            THEN 'for amtsweg_application' END,
        'FOR ' || (SELECT string_agg(people.name, ', ') FROM people
            WHERE stranger AND prosecdef AND NOT pg_has_role(people.role, proowner, 'USAGE')
            AND has_function_privilege(people.role, functions.oid, 'EXECUTE')))
    FROM functions, application
UNION ALL
SELECT s.name, 'may be set by', coalesce(string_agg(whoever.name, ', '), 'its owner alone')
    FROM sequences s LEFT JOIN LATERAL (
        SELECT role, 'amtsweg_application' FROM application
        UNION ALL SELECT role, name FROM people WHERE NOT pg_has_role(role, relowner, 'USAGE')
    ) whoever (role, name) ON has_sequence_privilege(whoever.role, s.oid, 'UPDATE')
    GROUP BY s.name
