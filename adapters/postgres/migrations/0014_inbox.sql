-- How far each consumer has handled each stream, noted in the transaction of what it did for the event.
-- An event's id is its stream and its version, so this is the list of all events it has had: one row a
-- stream, however often each of them is delivered. Rows before the position of its runner say nothing
-- that the position does not, and are taken away.
CREATE TABLE inbox (
    consumer   text   NOT NULL,
    stream_id  uuid   NOT NULL,
    version    bigint NOT NULL DEFAULT 0,
    position   bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (consumer, stream_id)
);

-- When a person sent a parked stream back to its runner.
ALTER TABLE parked ADD COLUMN requeued_at timestamptz;
CREATE INDEX parked_requeued ON parked (runner) WHERE requeued_at IS NOT NULL;
