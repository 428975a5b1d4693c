-- How often a mail server was given a whole mail and did not say whether it keeps it.
ALTER TABLE notifications ADD COLUMN unanswered int NOT NULL DEFAULT 0;
ALTER TABLE digests ADD COLUMN unanswered int NOT NULL DEFAULT 0;
