-- One mail a working day to an office. What is to be told waits in the queue as `collected` until
-- its digest takes it; `office`: whom a notice is for, empty where it is for an applicant. The key of a
-- digest is derived from office and day; what was recorded before `until` is in it.
ALTER TABLE notifications DROP CONSTRAINT notifications_state_check;
ALTER TABLE notifications
    ADD COLUMN office    text NOT NULL DEFAULT '',
    ADD COLUMN digest_id uuid,
    ADD CONSTRAINT notifications_state_check CHECK (state IN ('queued', 'sending', 'collected',
        'sent', 'delivered', 'bounced', 'failed', 'dropped'));
CREATE INDEX notifications_collected ON notifications (municipality, office) WHERE state = 'collected';
CREATE INDEX notifications_of_digest ON notifications (digest_id) WHERE digest_id IS NOT NULL;

CREATE TABLE digests (
    digest_id    uuid PRIMARY KEY,
    municipality text NOT NULL,
    office       text NOT NULL,
    day          date NOT NULL,
    until        timestamptz NOT NULL,
    state        text NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'dropped')),
    attempts     int  NOT NULL DEFAULT 0,
    due_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    sent_at      timestamptz,
    error        text NOT NULL DEFAULT '',
    UNIQUE (municipality, office, day)
);
CREATE INDEX digests_due ON digests (due_at) WHERE state IN ('queued', 'sending');
SELECT wall_off('digests');
