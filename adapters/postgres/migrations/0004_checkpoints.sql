-- Signed statements of how the whole log stood, and how far they were handed out of this database.
--
-- `note` is what was signed (adapters/evidence/notes.py); size and position repeat what it says.
-- `edge`: the roots of the Merkle tree's full subtrees, the largest first, to go on from.
CREATE TABLE checkpoints (
    number   bigint      PRIMARY KEY CHECK (number > 0),
    size     bigint      NOT NULL CHECK (size > 0),
    position bigint      NOT NULL CHECK (position > 0),
    note     text        NOT NULL,
    edge     bytea[]     NOT NULL,
    made_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TRIGGER checkpoints_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- `anchor`: the path of a file, or an address without its credentials. The row is its lock.
CREATE TABLE anchored (
    anchor   text        PRIMARY KEY,
    number   bigint      NOT NULL DEFAULT 0,
    tried_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    error    text        NOT NULL DEFAULT ''
);
