-- Orleans on PostgreSQL, part 4: the state of grains.
--
-- One row per grain and state. What identifies it is everything the provider derives from the grain: two hashes, the
-- key as two numbers (0 and 0 for a grain with a string key), the key as text (a string key, or the extension of a
-- compound one), the kind of state, and the service. The hashes alone would be short, but 32 bits are not an identity;
-- they stand first because they tell almost all rows apart.
--
-- This primary key is what makes two overlapping first writes safe: without it both would insert, both would be told
-- they had succeeded, and every later read would fail over two rows.
--
-- The state is JSON. For people: SELECT GrainIdExtensionString, convert_from(PayloadBinary, 'UTF8')::jsonb
--                                FROM OrleansGrainState WHERE GrainTypeString = 'vm';

CREATE TABLE OrleansGrainState
(
    GrainIdHash            integer     NOT NULL,
    GrainTypeHash          integer     NOT NULL,
    GrainIdN0              bigint      NOT NULL,
    GrainIdN1              bigint      NOT NULL,
    -- '' where the provider passes NULL (a key without extension), so that there is one way to be without.
    GrainIdExtensionString text        NOT NULL,
    GrainTypeString        text        NOT NULL,
    ServiceId              text        NOT NULL,
    Version                integer     NOT NULL, -- the ETag
    ModifiedOn             timestamptz NOT NULL, -- by the clock of the database, for people looking into the table
    PayloadBinary          bytea       NULL,     -- NULL: the state has been cleared
    PRIMARY KEY (GrainIdHash, GrainTypeHash, GrainIdN0, GrainIdN1, GrainIdExtensionString, GrainTypeString, ServiceId)
);

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
  AND PayloadBinary IS NOT NULL'
),
(
    -- Without a version this is a first write: it inserts, or fills a row that has been cleared, but touches no state
    -- somebody else has written meanwhile. With a version it changes the row holding exactly that version, and inserts
    -- nothing if there is none. Of two at once the second waits for the first one's row and then looks at it again, so
    -- there is no moment between looking and writing.
    'WriteToStorageKey',
    'INSERT INTO OrleansGrainState AS s
    (GrainIdHash, GrainTypeHash, GrainIdN0, GrainIdN1, GrainIdExtensionString, GrainTypeString, ServiceId, Version, ModifiedOn, PayloadBinary)
SELECT
    @GrainIdHash, @GrainTypeHash, @GrainIdN0, @GrainIdN1, coalesce(@GrainIdExtensionString, ''''), @GrainTypeString, @ServiceId, 1, now(), @PayloadBinary
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
RETURNING Version AS NewGrainStateVersion'
),
(
    -- Keeps the row, so that versions go on and an outdated activation cannot mistake a later state for its own. For the
    -- same reason there is no DeleteStorageKey, which a storage with DeleteStateOnClear would ask for at its start, and
    -- the application may not delete here.
    'ClearStorageKey',
    'UPDATE OrleansGrainState
SET Version = Version + 1, ModifiedOn = now(), PayloadBinary = NULL
WHERE GrainIdHash = @GrainIdHash AND GrainTypeHash = @GrainTypeHash
  AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
  AND GrainIdExtensionString = coalesce(@GrainIdExtensionString, '''')
  AND GrainTypeString = @GrainTypeString AND ServiceId = @ServiceId
  AND Version = @GrainStateVersion
RETURNING Version AS NewGrainStateVersion'
);

DO $$ BEGIN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON OrleansGrainState TO %I', current_setting('billing.application_role'));
END $$;
