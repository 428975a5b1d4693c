-- What became of every notification, and by which way it went. `municipality` and the wall: a town
-- sees its own, an applicant what is about their own applications.
--
-- `language` is the applicant's when it was queued; empty in older rows, and once they were erased.
-- `repeats`: a clerk had that one sent again. `settled_at`: not delivered, and seen to.
ALTER TABLE notifications DROP CONSTRAINT notifications_state_check;
ALTER TABLE notifications
    ADD COLUMN municipality text NOT NULL DEFAULT '',
    ADD COLUMN channel      text NOT NULL DEFAULT 'email',
    ADD COLUMN language     text NOT NULL DEFAULT '',
    ADD COLUMN queued_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    ADD COLUMN delivered_at timestamptz,
    ADD COLUMN failed_at    timestamptz,
    ADD COLUMN repeats      uuid,
    ADD COLUMN settled_at   timestamptz,
    ADD CONSTRAINT notifications_state_check CHECK (state IN
        ('queued', 'sending', 'sent', 'delivered', 'bounced', 'failed', 'dropped'));

SELECT set_config('amtsweg.municipality', '*', true);
UPDATE notifications SET channel = 'office' WHERE template LIKE 'office/%';
UPDATE notifications SET municipality = k.municipality FROM data_keys k WHERE k.stream_id = application_id;
UPDATE notifications SET queued_at = e.recorded_at,
    failed_at = CASE WHEN notifications.state = 'failed' THEN e.recorded_at END
    FROM events e WHERE e.notification_id = notifications.position;

CREATE INDEX notifications_of_one ON notifications (application_id);
-- Those that somebody waits for or has to look after: few, however many there ever were.
CREATE INDEX notifications_open ON notifications (state, queued_at)
    WHERE state IN ('queued', 'sending', 'bounced', 'failed');
SELECT wall_off('notifications', true);
