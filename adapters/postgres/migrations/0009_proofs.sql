-- Uploads whose outcome is not known yet: the file may be kept, and no event name it. What stays
-- here for long was cut off; its file is removed unless an event names it after all.
CREATE TABLE uploads_begun (
    file           text        PRIMARY KEY,
    application_id uuid        NOT NULL,
    begun_at       timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX ON uploads_begun (begun_at);

-- Who was handed which proof. `reader` is empty where applicants read their own: whose it is, only
-- the keys know. The owner of the table may delete what has been kept for long enough; nobody changes it.
CREATE TABLE proof_accesses (
    access_id      uuid        PRIMARY KEY,
    application_id uuid        NOT NULL,
    proof_id       uuid        NOT NULL,
    municipality   text        NOT NULL,
    reader         text        NOT NULL,
    role           text        NOT NULL,
    trace_id       text        NOT NULL,
    accessed_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX ON proof_accesses (application_id, accessed_at);
CREATE TRIGGER proof_accesses_are_not_edited BEFORE UPDATE OR TRUNCATE ON proof_accesses
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

SELECT wall_off('uploads_begun');
SELECT wall_off('proof_accesses');
