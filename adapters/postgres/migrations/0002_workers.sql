-- How far each runner has read the log. `applied` counts events, to be compared with the log's own
-- count: a runner that silently skips is found by counting, not by its last position.
CREATE TABLE positions (
    runner     text   PRIMARY KEY,
    position   bigint NOT NULL DEFAULT 0,
    applied    bigint NOT NULL DEFAULT 0,
    moved_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE heartbeats (
    runner     text PRIMARY KEY,
    beat_at    timestamptz NOT NULL,
    state      text NOT NULL,
    detail     text NOT NULL DEFAULT ''
);

-- Streams set aside because one of their events could not be worked on; others flow on.
CREATE TABLE parked (
    runner     text   NOT NULL,
    stream_id  uuid   NOT NULL,
    position   bigint NOT NULL,
    error      text   NOT NULL,
    parked_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (runner, position)
);

-- One row a message for ever: the key is derived from event, recipient role and template.
CREATE TABLE notifications (
    notification_id uuid PRIMARY KEY,
    application_id  uuid NOT NULL,
    template        text NOT NULL,
    version         bigint NOT NULL,
    position        bigint NOT NULL,
    state           text NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'sending', 'sent', 'failed')),
    attempts        int  NOT NULL DEFAULT 0,
    due_at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    sent_at         timestamptz,
    error           text NOT NULL DEFAULT ''
);
CREATE INDEX notifications_due ON notifications (due_at) WHERE state IN ('queued', 'sending');
