-- Orleans on SQLite, part 3: reminders.
--
-- A reminder is known by service, grain and name. Each silo serves the reminders of its share of the ring of grain
-- hashes and reads that share again and again (every five minutes, and whenever the cluster changes).

CREATE TABLE IF NOT EXISTS OrleansReminder
(
    ServiceId    TEXT    NOT NULL,
    GrainId      TEXT    NOT NULL,
    ReminderName TEXT    NOT NULL,
    StartTime    TEXT    NOT NULL, -- UTC text, as in the membership
    Period       INTEGER NOT NULL, -- milliseconds; the provider sends 32 or 64 bits, SQLite keeps both
    GrainHash    INTEGER NOT NULL, -- the unsigned hash of the ring, squeezed into a signed 32 bit number
    Version      INTEGER NOT NULL, -- the ETag; read as a 32 bit number
    PRIMARY KEY (ServiceId, GrainId, ReminderName)
) STRICT, WITHOUT ROWID;

-- For the reads of a range.
CREATE INDEX IF NOT EXISTS OrleansReminder_GrainHash ON OrleansReminder (ServiceId, GrainHash);

INSERT INTO OrleansQuery (QueryKey, QueryText)
VALUES
(
    -- A new reminder starts at a random version instead of 0. The ETag is all a silo compares to see whether the
    -- reminder it knows is still the one in the table; one removed and registered anew must not look unchanged.
    -- There is room for a thousand million updates before 32 bits run out.
    'UpsertReminderRowKey',
    'INSERT INTO OrleansReminder AS r (ServiceId, GrainId, ReminderName, StartTime, Period, GrainHash, Version)
VALUES (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash, abs(random() % 1000000000))
ON CONFLICT (ServiceId, GrainId, ReminderName) DO UPDATE
SET StartTime = excluded.StartTime, Period = excluded.Period, GrainHash = excluded.GrainHash, Version = r.Version + 1
RETURNING Version AS Version;'
),
(
    'ReadReminderRowKey',
    'SELECT GrainId, ReminderName, StartTime, Period, Version
FROM OrleansReminder
WHERE ServiceId = @ServiceId AND GrainId = @GrainId AND ReminderName = @ReminderName;'
),
(
    'ReadReminderRowsKey',
    'SELECT GrainId, ReminderName, StartTime, Period, Version
FROM OrleansReminder
WHERE ServiceId = @ServiceId AND GrainId = @GrainId;'
),
(
    -- The range is open at its begin and closed at its end. The provider picks this text if begin < end as signed
    -- numbers ...
    'ReadRangeRows1Key',
    'SELECT GrainId, ReminderName, StartTime, Period, Version
FROM OrleansReminder
WHERE ServiceId = @ServiceId AND GrainHash > @BeginHash AND GrainHash <= @EndHash;'
),
(
    -- ... and this one otherwise: the range then goes on from the largest signed number to the smallest, and is the
    -- whole ring if begin = end. As begin >= end here the two halves never overlap, so no row comes twice.
    'ReadRangeRows2Key',
    'SELECT GrainId, ReminderName, StartTime, Period, Version
FROM OrleansReminder
WHERE ServiceId = @ServiceId AND GrainHash > @BeginHash
UNION ALL
SELECT GrainId, ReminderName, StartTime, Period, Version
FROM OrleansReminder
WHERE ServiceId = @ServiceId AND GrainHash <= @EndHash;'
),
(
    'DeleteReminderRowKey',
    'DELETE FROM OrleansReminder
WHERE ServiceId = @ServiceId AND GrainId = @GrainId AND ReminderName = @ReminderName AND Version = @Version;
SELECT changes();'
),
(
    'DeleteReminderRowsKey',
    'DELETE FROM OrleansReminder WHERE ServiceId = @ServiceId;'
)
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;
