-- When it was last looked at, a hold kept the deletion from happening: the instant at which it is due will not come, and moves when the hold ends (policy 4.11).
ALTER TABLE balance ADD COLUMN deletion_held INTEGER NOT NULL DEFAULT 0 CHECK (deletion_held IN (0, 1));
