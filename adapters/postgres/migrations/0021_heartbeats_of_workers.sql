-- Of two workers one may hang while the other goes on: each beats for itself.
-- `worker`: the machine and the process. What was there before names none.
ALTER TABLE heartbeats ADD COLUMN worker text NOT NULL DEFAULT '';
ALTER TABLE heartbeats DROP CONSTRAINT heartbeats_pkey;
ALTER TABLE heartbeats ADD PRIMARY KEY (runner, worker);
