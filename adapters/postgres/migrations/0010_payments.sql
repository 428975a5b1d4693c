-- What the treasury and the payment platforms tell us, kept only while it is worked on.

-- Callbacks that were heeded, so that the same one again is not. Forgotten after their time window.
CREATE TABLE payment_callbacks (
    callback_id text PRIMARY KEY,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX ON payment_callbacks (received_at);

-- The lines of a treasury's list while it is compared with the ledger. `list_id`: one comparison.
CREATE UNLOGGED TABLE treasury_lines (
    list_id      uuid    NOT NULL,
    line         integer NOT NULL,
    municipality text    NOT NULL,
    kind         text    NOT NULL,
    reference    text    NOT NULL,
    cents        bigint  NOT NULL,
    currency     text    NOT NULL,
    booked_on    date    NOT NULL,
    read_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (list_id, line)
);
SELECT wall_off('treasury_lines');

-- Replaced by treasury_v2.
DROP TABLE IF EXISTS treasury_v1;
DELETE FROM positions WHERE runner = 'treasury_v1';
DELETE FROM parked WHERE runner = 'treasury_v1';
DELETE FROM heartbeats WHERE runner = 'treasury_v1';
