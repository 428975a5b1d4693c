-- Which member of staff read which application, and up to which version it was shown to them.
-- Nobody's name is in it. The owner of the table may delete what has been kept for long enough;
-- nobody changes it.
CREATE TABLE application_readings (
    reading_id     uuid        PRIMARY KEY,
    application_id uuid        NOT NULL,
    municipality   text        NOT NULL,
    view           text        NOT NULL,
    version        bigint      NOT NULL,
    reader         text        NOT NULL,
    role           text        NOT NULL,
    trace_id       text        NOT NULL,
    read_at        timestamptz NOT NULL
);
CREATE INDEX ON application_readings (application_id, read_at);
CREATE TRIGGER application_readings_are_not_edited BEFORE UPDATE OR TRUNCATE
    ON application_readings FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

SELECT wall_off('application_readings');
