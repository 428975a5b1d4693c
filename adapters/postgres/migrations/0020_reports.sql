-- Letters in the mailboxes of accounts whose delivery is still asked for, the next one first.
CREATE INDEX notifications_asked_for ON notifications (due_at)
    WHERE state = 'sent' AND channel = 'account';

-- How many reports about mails came back, by what they said. Nothing else is kept of them.
CREATE TABLE mail_reports (
    kind    text   PRIMARY KEY,
    count   bigint NOT NULL DEFAULT 0,
    last_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
