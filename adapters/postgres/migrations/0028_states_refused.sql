-- How an application stands, refused by the mailbox of an account: few, however many states there
-- ever were. What such a service said begins with its HTTP status; our own causes do not.
CREATE INDEX notifications_states_refused ON notifications (queued_at)
    WHERE channel = 'account-state' AND state = 'dropped' AND error LIKE 'HTTP %';
