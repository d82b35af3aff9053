-- Orleans on SQLite, part 2: cluster membership.
--
-- The membership protocol needs one thing from its table above all: a row may be added or changed only together with
-- the version of the whole table, and only if that version is still the one the writer has read. Otherwise two silos
-- could declare each other dead on the strength of the same outdated view.
--
-- Times are UTC text as Microsoft.Data.Sqlite writes a DateTime ("yyyy-MM-dd HH:mm:ss.FFFFFFF"). Its trailing zeros are
-- cut off, which leaves the alphabetical order the order in time. A number would be read back as a Julian day.

CREATE TABLE IF NOT EXISTS OrleansMembershipVersion
(
    ClusterId TEXT    NOT NULL PRIMARY KEY,
    Version   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS OrleansMembership
(
    ClusterId        TEXT    NOT NULL,
    Address          TEXT    NOT NULL,
    Port             INTEGER NOT NULL,
    -- Start time of the silo process; what tells a restarted silo from its predecessor on the same endpoint.
    Generation       INTEGER NOT NULL,
    SiloName         TEXT    NOT NULL, -- read back with a plain cast to string, which a NULL would break
    HostName         TEXT    NOT NULL,
    Status           INTEGER NOT NULL,
    ProxyPort        INTEGER NOT NULL, -- 0: the silo has no gateway for clients
    StartTime        TEXT    NOT NULL,
    IAmAliveTime     TEXT    NOT NULL,
    SuspectTimes     TEXT    NULL,
    -- The table version which the last change of this row brought about. Writing it is what moves the version on.
    ChangedAtVersion INTEGER NOT NULL,
    PRIMARY KEY (ClusterId, Address, Port, Generation)
) STRICT, WITHOUT ROWID;

-- The second half of the compare-and-swap. A trigger runs within the statement that fired it, so row and version are
-- written together or not at all, and no transaction has to be held open across statements.
CREATE TRIGGER IF NOT EXISTS OrleansMembership_Insert_MovesVersion
AFTER INSERT ON OrleansMembership
BEGIN
    UPDATE OrleansMembershipVersion SET Version = NEW.ChangedAtVersion WHERE ClusterId = NEW.ClusterId;
END;

-- Only for the column named: the "I am alive" write leaves the version alone, as the protocol demands.
CREATE TRIGGER IF NOT EXISTS OrleansMembership_Update_MovesVersion
AFTER UPDATE OF ChangedAtVersion ON OrleansMembership
BEGIN
    UPDATE OrleansMembershipVersion SET Version = NEW.ChangedAtVersion WHERE ClusterId = NEW.ClusterId;
END;

-- Rather than a foreign key: whether SQLite enforces those depends on a setting of each connection.
CREATE TRIGGER IF NOT EXISTS OrleansMembershipVersion_Delete_RemovesMembers
AFTER DELETE ON OrleansMembershipVersion
BEGIN
    DELETE FROM OrleansMembership WHERE ClusterId = OLD.ClusterId;
END;

-- Where a yes or no is expected, the provider takes the first row of a result with exactly one column, and fails if
-- there is none. "SELECT changes()" always gives that row: the number of rows the statement before it has written
-- itself (0 or 1, triggers not counted).
INSERT INTO OrleansQuery (QueryKey, QueryText)
VALUES
(
    -- Every silo tries this when it starts; only the first one of a new cluster gets a "yes".
    'InsertMembershipVersionKey',
    'INSERT INTO OrleansMembershipVersion (ClusterId, Version)
VALUES (@DeploymentId, 0)
ON CONFLICT (ClusterId) DO NOTHING;
SELECT changes();'
),
(
    -- Nothing happens if the version has moved on, nor if the row is there already: both are answered with "no".
    'InsertMembershipKey',
    'INSERT INTO OrleansMembership
    (ClusterId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime, ChangedAtVersion)
SELECT
    v.ClusterId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime, v.Version + 1
FROM OrleansMembershipVersion AS v
WHERE v.ClusterId = @DeploymentId AND v.Version = @Version
ON CONFLICT (ClusterId, Address, Port, Generation) DO NOTHING;
SELECT changes();'
),
(
    'UpdateMembershipKey',
    'UPDATE OrleansMembership
SET Status = @Status,
    SuspectTimes = @SuspectTimes,
    IAmAliveTime = @IAmAliveTime,
    ChangedAtVersion = @Version + 1
WHERE ClusterId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation
  AND EXISTS (SELECT 1 FROM OrleansMembershipVersion AS v WHERE v.ClusterId = @DeploymentId AND v.Version = @Version);
SELECT changes();'
),
(
    'UpdateIAmAlivetimeKey',
    'UPDATE OrleansMembership
SET IAmAliveTime = @IAmAliveTime
WHERE ClusterId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation;'
),
(
    -- The provider reads the version from the first row, so there must be one even with no member at all: then the
    -- columns of the member are NULL, and a StartTime of NULL is how the provider knows. One statement, one snapshot:
    -- members and version belong together.
    'MembershipReadAllKey',
    'SELECT v.Version AS Version, m.Address AS Address, m.Port AS Port, m.Generation AS Generation,
    m.SiloName AS SiloName, m.HostName AS HostName, m.Status AS Status, m.ProxyPort AS ProxyPort,
    m.StartTime AS StartTime, m.IAmAliveTime AS IAmAliveTime, m.SuspectTimes AS SuspectTimes
FROM OrleansMembershipVersion AS v
LEFT JOIN OrleansMembership AS m ON m.ClusterId = v.ClusterId
WHERE v.ClusterId = @DeploymentId;'
),
(
    'MembershipReadRowKey',
    'SELECT v.Version AS Version, m.Address AS Address, m.Port AS Port, m.Generation AS Generation,
    m.SiloName AS SiloName, m.HostName AS HostName, m.Status AS Status, m.ProxyPort AS ProxyPort,
    m.StartTime AS StartTime, m.IAmAliveTime AS IAmAliveTime, m.SuspectTimes AS SuspectTimes
FROM OrleansMembershipVersion AS v
LEFT JOIN OrleansMembership AS m
    ON m.ClusterId = v.ClusterId AND m.Address = @Address AND m.Port = @Port AND m.Generation = @Generation
WHERE v.ClusterId = @DeploymentId;'
),
(
    -- Where clients may connect. The provider passes the status that counts (active).
    'GatewaysQueryKey',
    'SELECT Address, ProxyPort, Generation
FROM OrleansMembership
WHERE ClusterId = @DeploymentId AND Status = @Status AND ProxyPort > 0;'
),
(
    'DeleteMembershipTableEntriesKey',
    'DELETE FROM OrleansMembershipVersion WHERE ClusterId = @DeploymentId;'
),
(
    -- Housekeeping behind the protocol, hence without the version. Status 6 is "dead". Only those: the silo also calls
    -- this to keep the number of dead entries down, with a point in time which may lie only seconds back, and a silo
    -- still joining must not lose its row to that.
    'CleanupDefunctSiloEntriesKey',
    'DELETE FROM OrleansMembership
WHERE ClusterId = @DeploymentId AND Status = 6 AND max(IAmAliveTime, StartTime) < @IAmAliveTime;'
)
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;
