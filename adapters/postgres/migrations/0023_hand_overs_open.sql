-- Those that somebody waits for or has to look after: few, however many there ever were.
CREATE INDEX hand_overs_open ON hand_overs (back_office, position)
    WHERE state IN ('queued', 'sending', 'failed');
