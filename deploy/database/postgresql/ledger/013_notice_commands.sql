-- The latest commands for the endpoint and its secrets: one that is repeated late is not done again. JSON: [id, …], the newest last.
ALTER TABLE notice_settings ADD COLUMN done text NOT NULL DEFAULT '[]';
