-- Notifications end when they are acknowledged, and an office lists them by these. A worklist that
-- is filled from now on has both from its own definition.
DO $$
BEGIN
    IF to_regclass('worklist_v2') IS NOT NULL THEN
        CREATE INDEX ON worklist_v2 (municipality, coalesce(due_on, 'infinity'), application_id)
            WHERE status = 'acknowledged';
        CREATE INDEX ON worklist_v2 (municipality, received_at, application_id)
            WHERE status = 'acknowledged';
    END IF;
END $$;
