-- The lines of treasuries' lists that a payment of ours explains, or that were put into the queue.
-- So a fee that is in one list, and was paid once more in the next, is seen to be there twice.
-- `nth`: of the lines that are alike. `payment_id`: what such a line was found as.
CREATE TABLE treasury_listed (
    municipality text    NOT NULL,
    reference    text    NOT NULL,
    booked_on    date    NOT NULL,
    cents        bigint  NOT NULL,
    currency     text    NOT NULL,
    nth          integer NOT NULL,
    payment_id   uuid,
    PRIMARY KEY (municipality, reference, booked_on, cents, currency, nth)
);
SELECT wall_off('treasury_listed');
