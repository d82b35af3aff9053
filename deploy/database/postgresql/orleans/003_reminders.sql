-- Orleans on PostgreSQL, part 3: reminders.
--
-- A reminder is known by service, grain and name. Each silo serves the reminders of its share of the ring of grain
-- hashes and reads that share again and again (every five minutes, and whenever the cluster changes).

CREATE TABLE OrleansReminder
(
    ServiceId    text        NOT NULL,
    GrainId      text        NOT NULL,
    ReminderName text        NOT NULL,
    StartTime    timestamptz NOT NULL,
    Period       bigint      NOT NULL, -- milliseconds
    GrainHash    integer     NOT NULL, -- the unsigned hash of the ring, squeezed into a signed 32 bit number
    Version      integer     NOT NULL, -- the ETag
    PRIMARY KEY (ServiceId, GrainId, ReminderName)
);

-- For the reads of a range.
CREATE INDEX OrleansReminder_GrainHash ON OrleansReminder (ServiceId, GrainHash);

INSERT INTO OrleansQuery (QueryKey, QueryText)
VALUES
(
    -- A new reminder starts at a random version instead of 0. The ETag is all a silo compares to see whether the
    -- reminder it knows is still the one in the table; one removed and registered anew must not look unchanged.
    -- There is room for a thousand million updates before 32 bits run out.
    'UpsertReminderRowKey',
    'INSERT INTO OrleansReminder AS r (ServiceId, GrainId, ReminderName, StartTime, Period, GrainHash, Version)
VALUES (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash, floor(random() * 1000000000)::integer)
ON CONFLICT (ServiceId, GrainId, ReminderName) DO UPDATE
SET StartTime = excluded.StartTime, Period = excluded.Period, GrainHash = excluded.GrainHash, Version = r.Version + 1
RETURNING Version'
),
(
    'ReadReminderRowKey',
    'SELECT GrainId, ReminderName, StartTime, Period, Version
FROM OrleansReminder
WHERE ServiceId = @ServiceId AND GrainId = @GrainId AND ReminderName = @ReminderName'
),
(
    'ReadReminderRowsKey',
    'SELECT GrainId, ReminderName, StartTime, Period, Version
FROM OrleansReminder
WHERE ServiceId = @ServiceId AND GrainId = @GrainId'
),
(
    -- The range is open at its begin and closed at its end. The provider picks this text if begin < end as signed
    -- numbers ...
    'ReadRangeRows1Key',
    'SELECT GrainId, ReminderName, StartTime, Period, Version
FROM OrleansReminder
WHERE ServiceId = @ServiceId AND GrainHash > @BeginHash AND GrainHash <= @EndHash'
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
WHERE ServiceId = @ServiceId AND GrainHash <= @EndHash'
),
(
    'DeleteReminderRowKey',
    'WITH removed AS
(
    DELETE FROM OrleansReminder
    WHERE ServiceId = @ServiceId AND GrainId = @GrainId AND ReminderName = @ReminderName AND Version = @Version
    RETURNING 1
)
SELECT count(*) = 1 AS Removed FROM removed'
),
(
    'DeleteReminderRowsKey',
    'DELETE FROM OrleansReminder WHERE ServiceId = @ServiceId'
);

DO $$ BEGIN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON OrleansReminder TO %I', current_setting('billing.application_role'));
END $$;
