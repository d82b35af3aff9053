using System.Globalization;
using Npgsql;
using OrleansBilling.EndToEnd.Tests.Database;
using OrleansBilling.EndToEnd.Tests.Faults.Cluster;

namespace OrleansBilling.EndToEnd.Tests.Faults.Checks;

/// <summary>
/// Writes down in the database itself, by the database's one clock, which silo changed a balance or the state of a VM, when an
/// order became durable, and when a silo joined and was declared dead. What is told by nobody who could be wrong about it.
/// </summary>
internal static class Witness
{
    private const string Begin =
        """
        CREATE SCHEMA witness;
        CREATE TABLE witness.change (at timestamptz NOT NULL, silo text NOT NULL, subject text NOT NULL);
        CREATE TABLE witness.membership (at timestamptz NOT NULL, port int NOT NULL, generation int NOT NULL, dead boolean NOT NULL);

        CREATE TABLE witness.given (at timestamptz NOT NULL, balance_number bigint NOT NULL, number int NOT NULL);

        CREATE FUNCTION witness.balance_changes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
        BEGIN
            INSERT INTO witness.change VALUES (clock_timestamp(), current_setting('application_name'), NEW.balance);
            RETURN NULL;
        END $$;
        CREATE FUNCTION witness.state_changes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
        BEGIN
            INSERT INTO witness.change VALUES (clock_timestamp(), current_setting('application_name'), NEW.GrainTypeString || ' ' || NEW.GrainIdExtensionString);
            RETURN NULL;
        END $$;
        CREATE FUNCTION witness.orders() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
        BEGIN
            INSERT INTO witness.given VALUES (clock_timestamp(), NEW.balance_number, NEW.number);
            RETURN NULL;
        END $$;
        CREATE FUNCTION witness.membership_changes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
        BEGIN
            IF TG_OP = 'INSERT' OR (NEW.Status = 6 AND OLD.Status <> 6) THEN
                INSERT INTO witness.membership VALUES (clock_timestamp(), NEW.Port, NEW.Generation, NEW.Status = 6);
            END IF;
            RETURN NULL;
        END $$;

        CREATE TRIGGER witness AFTER INSERT OR UPDATE ON balance FOR EACH ROW EXECUTE FUNCTION witness.balance_changes();
        CREATE TRIGGER witness AFTER INSERT OR UPDATE ON OrleansGrainState FOR EACH ROW EXECUTE FUNCTION witness.state_changes();
        -- At the commit, not when it was written.
        CREATE CONSTRAINT TRIGGER witness AFTER INSERT ON vm_order DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION witness.orders();
        CREATE TRIGGER witness AFTER INSERT OR UPDATE ON OrleansMembership FOR EACH ROW EXECUTE FUNCTION witness.membership_changes();
        """;

    /// <summary>From now on it looks.</summary>
    public static Task Watch(ClusterUnderTest cluster) => PostgresServer.Execute(cluster.Owner, Begin);

    public static async Task<(Change[] Changes, Membership[] Memberships)> Read(ClusterUnderTest cluster)
    {
        var names = cluster.Silos.ToDictionary(silo => silo.Host.SiloPort, silo => silo.Name);
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(cluster.Owner) { Pooling = false, Timeout = 60 }.ToString());
        await connection.OpenAsync();
        return (
            await Rows(connection, "SELECT at, silo, subject FROM witness.change ORDER BY at", row => new Change(row.GetDateTime(0), row.GetString(1), row.GetString(2))),
            await Rows(connection, "SELECT at, port, generation, dead FROM witness.membership ORDER BY at", row => new Membership(row.GetDateTime(0), names[row.GetInt32(1)], row.GetInt32(2), row.GetBoolean(3))));
    }

    private static async Task<T[]> Rows<T>(NpgsqlConnection connection, string query, Func<NpgsqlDataReader, T> read)
    {
#pragma warning disable CA2100 // both texts are above
        await using var command = new NpgsqlCommand(query, connection);
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync()) rows.Add(read(reader));
        return [.. rows];
    }
}

/// <summary>A silo changed something that is kept for ever: a balance with its ledger, or what a VM is and does.</summary>
internal sealed record Change(DateTime At, string Silo, string Subject)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Silo} changed {Subject} at {At:HH:mm:ss.fff}");
}

/// <summary>A silo has joined, or was declared dead.</summary>
internal sealed record Membership(DateTime At, string Silo, int Generation, bool IsDead);
