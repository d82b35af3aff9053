-- Orleans on PostgreSQL, part 2: cluster membership.
--
-- The membership protocol needs one thing from its table above all: a row may be added or changed only together with
-- the version of the whole table, and only if that version is still the one the writer has read. Otherwise two silos
-- could declare each other dead on the strength of the same outdated view.
--
-- So the statements below change the version first and the row in the second part of the same statement, which has
-- nothing to do unless the first had. Of two at once the second waits for the row of the version, finds that the
-- version has moved on, and answers "no".

CREATE TABLE OrleansMembershipVersion
(
    ClusterId text    NOT NULL PRIMARY KEY,
    Version   integer NOT NULL
);

CREATE TABLE OrleansMembership
(
    ClusterId    text        NOT NULL REFERENCES OrleansMembershipVersion ON DELETE CASCADE,
    Address      text        NOT NULL,
    Port         integer     NOT NULL,
    -- Start time of the silo process; what tells a restarted silo from its predecessor on the same endpoint.
    Generation   integer     NOT NULL,
    SiloName     text        NOT NULL, -- read back with a plain cast to string, which a NULL would break
    HostName     text        NOT NULL,
    Status       integer     NOT NULL,
    ProxyPort    integer     NOT NULL, -- 0: the silo has no gateway for clients
    StartTime    timestamptz NOT NULL,
    IAmAliveTime timestamptz NOT NULL,
    SuspectTimes text        NULL,
    PRIMARY KEY (ClusterId, Address, Port, Generation)
);

INSERT INTO OrleansQuery (QueryKey, QueryText)
VALUES
(
    -- Every silo tries this when it starts; only the first one of a new cluster gets a "yes". Where a yes or no is
    -- expected, the provider takes the first row of a result with exactly one column, and fails if there is none.
    'InsertMembershipVersionKey',
    'WITH added AS
(
    INSERT INTO OrleansMembershipVersion (ClusterId, Version)
    VALUES (@DeploymentId, 0)
    ON CONFLICT (ClusterId) DO NOTHING
    RETURNING 1
)
SELECT count(*) = 1 AS Added FROM added'
),
(
    -- Nothing happens if the version has moved on, nor if the row is there already: both are answered with "no". A row
    -- that somebody else adds just now moves the version too, so looking for it first is enough.
    'InsertMembershipKey',
    'WITH moved AS
(
    UPDATE OrleansMembershipVersion
    SET Version = Version + 1
    WHERE ClusterId = @DeploymentId AND Version = @Version
      AND NOT EXISTS
          (SELECT 1 FROM OrleansMembership AS m
           WHERE m.ClusterId = @DeploymentId AND m.Address = @Address AND m.Port = @Port AND m.Generation = @Generation)
    RETURNING ClusterId
),
added AS
(
    INSERT INTO OrleansMembership
        (ClusterId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
    SELECT ClusterId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
    FROM moved
    RETURNING 1
)
SELECT count(*) = 1 AS Added FROM added'
),
(
    'UpdateMembershipKey',
    'WITH moved AS
(
    UPDATE OrleansMembershipVersion
    SET Version = Version + 1
    WHERE ClusterId = @DeploymentId AND Version = @Version
      AND EXISTS
          (SELECT 1 FROM OrleansMembership AS m
           WHERE m.ClusterId = @DeploymentId AND m.Address = @Address AND m.Port = @Port AND m.Generation = @Generation)
    RETURNING ClusterId
),
changed AS
(
    UPDATE OrleansMembership AS m
    SET Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime
    FROM moved
    WHERE m.ClusterId = moved.ClusterId AND m.Address = @Address AND m.Port = @Port AND m.Generation = @Generation
    RETURNING 1
)
SELECT count(*) = 1 AS Changed FROM changed'
),
(
    -- Leaves the version alone, as the protocol demands.
    'UpdateIAmAlivetimeKey',
    'UPDATE OrleansMembership
SET IAmAliveTime = @IAmAliveTime
WHERE ClusterId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation'
),
(
    -- The provider reads the version from the first row, so there must be one even with no member at all: then the
    -- columns of the member are NULL, and a StartTime of NULL is how the provider knows. One statement, one snapshot:
    -- members and version belong together.
    'MembershipReadAllKey',
    'SELECT v.Version, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.StartTime, m.IAmAliveTime, m.SuspectTimes
FROM OrleansMembershipVersion AS v
LEFT JOIN OrleansMembership AS m ON m.ClusterId = v.ClusterId
WHERE v.ClusterId = @DeploymentId'
),
(
    'MembershipReadRowKey',
    'SELECT v.Version, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.StartTime, m.IAmAliveTime, m.SuspectTimes
FROM OrleansMembershipVersion AS v
LEFT JOIN OrleansMembership AS m
    ON m.ClusterId = v.ClusterId AND m.Address = @Address AND m.Port = @Port AND m.Generation = @Generation
WHERE v.ClusterId = @DeploymentId'
),
(
    -- Where clients may connect. The provider passes the status that counts (active).
    'GatewaysQueryKey',
    'SELECT Address, ProxyPort, Generation
FROM OrleansMembership
WHERE ClusterId = @DeploymentId AND Status = @Status AND ProxyPort > 0'
),
(
    'DeleteMembershipTableEntriesKey',
    'DELETE FROM OrleansMembershipVersion WHERE ClusterId = @DeploymentId'
),
(
    -- Housekeeping behind the protocol, hence without the version. Status 6 is "dead". Only those: the silo also calls
    -- this to keep the number of dead entries down, with a point in time which may lie only seconds back, and a silo
    -- still joining must not lose its row to that.
    'CleanupDefunctSiloEntriesKey',
    'DELETE FROM OrleansMembership
WHERE ClusterId = @DeploymentId AND Status = 6 AND greatest(IAmAliveTime, StartTime) < @IAmAliveTime'
);

DO $$ BEGIN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON OrleansMembershipVersion, OrleansMembership TO %I', current_setting('billing.application_role'));
END $$;
