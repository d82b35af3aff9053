-- Orleans on SQLite, part 4: the state of grains.
--
-- One row per grain and state. What identifies it is everything the provider derives from the grain: two hashes, the
-- key as two numbers (0 and 0 for a grain with a string key), the key as text (a string key, or the extension of a
-- compound one), the kind of state, and the service. The hashes alone would be short, but 32 bits are not an identity;
-- they stand first because they tell almost all rows apart.
--
-- This primary key is what makes two overlapping first writes safe: without it both would insert, both would be told
-- they had succeeded, and every later read would fail over two rows.

CREATE TABLE IF NOT EXISTS OrleansGrainState
(
    GrainIdHash            INTEGER NOT NULL,
    GrainTypeHash          INTEGER NOT NULL,
    GrainIdN0              INTEGER NOT NULL,
    GrainIdN1              INTEGER NOT NULL,
    -- '' where the provider passes NULL (a key without extension). In a unique key every NULL is different from every
    -- other, so with NULL two rows for one grain would be possible after all.
    GrainIdExtensionString TEXT    NOT NULL,
    GrainTypeString        TEXT    NOT NULL,
    ServiceId              TEXT    NOT NULL,
    Version                INTEGER NOT NULL, -- the ETag; read as a 32 bit number
    ModifiedOn             TEXT    NOT NULL, -- UTC by the clock of the computer, for people looking into the table
    PayloadBinary          BLOB    NULL,     -- NULL: the state has been cleared
    PRIMARY KEY (GrainIdHash, GrainTypeHash, GrainIdN0, GrainIdN1, GrainIdExtensionString, GrainTypeString, ServiceId)
) STRICT;

-- To the provider "no row in the result" means that the expected version was not found; it then throws
-- InconsistentStateException. A row means success and carries the new version.
INSERT INTO OrleansQuery (QueryKey, QueryText)
VALUES
(
    -- A cleared state is left out, so that a grain finds it just as one that was never written: RecordExists is false
    -- and there is no ETag. The row itself stays and keeps counting its version; see below.
    'ReadFromStorageKey',
    'SELECT PayloadBinary, Version
FROM OrleansGrainState
WHERE GrainIdHash = @GrainIdHash AND GrainTypeHash = @GrainTypeHash
  AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
  AND GrainIdExtensionString = coalesce(@GrainIdExtensionString, '''')
  AND GrainTypeString = @GrainTypeString AND ServiceId = @ServiceId
  AND PayloadBinary IS NOT NULL;'
),
(
    -- Without a version this is a first write: it inserts, or fills a row that has been cleared, but touches no state
    -- somebody else has written meanwhile. With a version it changes the row holding exactly that version, and inserts
    -- nothing if there is none. All in one statement, under SQLite's single write lock, so there is no moment between
    -- looking and writing.
    --
    -- A new row starts at a random version instead of 1: where rows are really deleted (DeleteStorageKey) a row written
    -- anew would otherwise soon carry a version an outdated activation still holds, and would let it overwrite.
    'WriteToStorageKey',
    'INSERT INTO OrleansGrainState AS s
    (GrainIdHash, GrainTypeHash, GrainIdN0, GrainIdN1, GrainIdExtensionString, GrainTypeString, ServiceId, Version, ModifiedOn, PayloadBinary)
SELECT
    @GrainIdHash, @GrainTypeHash, @GrainIdN0, @GrainIdN1, coalesce(@GrainIdExtensionString, ''''), @GrainTypeString, @ServiceId,
    1 + abs(random() % 1000000000), strftime(''%Y-%m-%d %H:%M:%f'', ''now''), @PayloadBinary
WHERE @GrainStateVersion IS NULL
   OR EXISTS
      (
          SELECT 1
          FROM OrleansGrainState AS e
          WHERE e.GrainIdHash = @GrainIdHash AND e.GrainTypeHash = @GrainTypeHash
            AND e.GrainIdN0 = @GrainIdN0 AND e.GrainIdN1 = @GrainIdN1
            AND e.GrainIdExtensionString = coalesce(@GrainIdExtensionString, '''')
            AND e.GrainTypeString = @GrainTypeString AND e.ServiceId = @ServiceId
            AND e.Version = @GrainStateVersion
      )
ON CONFLICT (GrainIdHash, GrainTypeHash, GrainIdN0, GrainIdN1, GrainIdExtensionString, GrainTypeString, ServiceId) DO UPDATE
SET Version = s.Version + 1, ModifiedOn = excluded.ModifiedOn, PayloadBinary = excluded.PayloadBinary
WHERE s.Version = @GrainStateVersion
   OR (@GrainStateVersion IS NULL AND s.PayloadBinary IS NULL)
RETURNING Version AS NewGrainStateVersion;'
),
(
    -- Keeps the row, so that versions go on and an outdated activation cannot mistake a later state for its own.
    'ClearStorageKey',
    'UPDATE OrleansGrainState
SET Version = Version + 1, ModifiedOn = strftime(''%Y-%m-%d %H:%M:%f'', ''now''), PayloadBinary = NULL
WHERE GrainIdHash = @GrainIdHash AND GrainTypeHash = @GrainTypeHash
  AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
  AND GrainIdExtensionString = coalesce(@GrainIdExtensionString, '''')
  AND GrainTypeString = @GrainTypeString AND ServiceId = @ServiceId
  AND Version = @GrainStateVersion
RETURNING Version AS NewGrainStateVersion;'
),
(
    -- Used instead of the one above if the storage is configured with DeleteStateOnClear. The provider compares the
    -- number with the version it had and takes a different one for success.
    'DeleteStorageKey',
    'DELETE FROM OrleansGrainState
WHERE GrainIdHash = @GrainIdHash AND GrainTypeHash = @GrainTypeHash
  AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
  AND GrainIdExtensionString = coalesce(@GrainIdExtensionString, '''')
  AND GrainTypeString = @GrainTypeString AND ServiceId = @ServiceId
  AND Version = @GrainStateVersion
RETURNING Version + 1 AS NewGrainStateVersion;'
)
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;
