-- What a back office (Fachverfahren) is to be handed, one row a decision for ever: the key is derived
-- from its event. Nothing personal is in here; the data set is read from the log when it is asked for.
-- `position` orders the outbox. `version`: of the application, as it was decided.
CREATE TABLE hand_overs (
    hand_over_id   uuid   PRIMARY KEY,
    application_id uuid   NOT NULL,
    municipality   text   NOT NULL,
    service        text   NOT NULL,
    back_office    text   NOT NULL,
    version        bigint NOT NULL,
    position       bigint NOT NULL,
    state          text   NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'sending', 'delivered', 'failed', 'dropped')),
    attempts       int    NOT NULL DEFAULT 0,
    due_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    delivered_at   timestamptz,
    error          text   NOT NULL DEFAULT ''
);
CREATE INDEX hand_overs_due ON hand_overs (back_office, due_at) WHERE state IN ('queued', 'sending');
CREATE INDEX hand_overs_outbox ON hand_overs (back_office, position);
CREATE INDEX hand_overs_of_one ON hand_overs (application_id);
SELECT wall_off('hand_overs');
