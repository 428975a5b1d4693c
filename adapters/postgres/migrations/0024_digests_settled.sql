-- A digest that failed needs no care any more: its office chose to be told otherwise. (Where a later
-- one went through, nothing is noted: the later one says it.)
ALTER TABLE digests ADD COLUMN settled_at timestamptz;
CREATE INDEX digests_failed ON digests (municipality, office)
    WHERE state = 'failed' AND settled_at IS NULL;
