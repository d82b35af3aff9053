-- Orleans on SQLite, part 1: where the AdoNet providers find their SQL.
--
-- Clustering, reminders and grain storage bring no SQL of their own. At start each of them runs
-- "SELECT QueryKey, QueryText FROM OrleansQuery" and afterwards executes the texts it found, with its own
-- parameters. So this table and its two columns keep the names the providers ask for; every other table in
-- these files is reached through the texts only and is named by us.
--
-- Conditions all four files rely on:
--   * The database is in WAL mode. It is a property of the file, set once when the file is made ("PRAGMA
--     journal_mode = WAL"), and cannot be set here: SQLite refuses to change it within a transaction, and each of
--     these files should be applied within one.
--   * Every text writes with a single statement and needs no BEGIN/COMMIT. Each execution takes a connection from a
--     pool, and the pool does not roll back what a failed batch left open. Where two tables must change together, a
--     trigger does it within that same statement.
--   * SQLite 3.37 or newer (STRICT tables; RETURNING needs 3.35).
--
-- The files can be applied again at any time: tables stay, texts are brought up to date. Each is to be executed as a
-- whole; cutting it at the semicolons would cut triggers and texts in two.

CREATE TABLE IF NOT EXISTS OrleansQuery
(
    QueryKey  TEXT NOT NULL PRIMARY KEY,
    QueryText TEXT NOT NULL
) STRICT, WITHOUT ROWID;
