-- Orleans on PostgreSQL, part 1: where the AdoNet providers find their SQL.
--
-- Clustering, reminders and grain storage bring no SQL of their own. At start each of them runs
-- "SELECT QueryKey, QueryText FROM OrleansQuery" and afterwards executes the texts it found, with its own
-- parameters. So this table and its two columns keep the names the providers ask for; every other table in
-- these files is reached through the texts only. They have the names that they have on SQLite.
--
-- Conditions all four files rely on:
--   * PostgreSQL 15 or newer, at its default isolation READ COMMITTED: a statement that waited for a row looks at the
--     row again before it changes it. At a stricter level it would fail instead, and the caller would repeat.
--   * Every text is a single statement, so it happens as a whole without a transaction around it.
--   * Each file is applied once, in a transaction, by the owner of the database. At its end stands what the application
--     may do: its role is named by the setting billing.application_role. Operators make their logins members of it.

CREATE TABLE OrleansQuery
(
    QueryKey  text NOT NULL PRIMARY KEY,
    QueryText text NOT NULL
);

-- The name of a role cannot be a parameter.
DO $$ BEGIN
    EXECUTE format('GRANT SELECT ON OrleansQuery TO %I', current_setting('billing.application_role'));
END $$;
