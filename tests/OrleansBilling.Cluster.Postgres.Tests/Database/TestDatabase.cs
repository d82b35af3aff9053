using System.Data.Common;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts;
using OrleansBilling.EndToEnd.Tests.Database;
using OrleansBilling.Grains;
using OrleansBilling.Grains.Ledger;
using OrleansBilling.Grains.Ledger.Postgres;

namespace OrleansBilling.Cluster.Tests.Database;

/// <summary>
/// The database of one test, a ledger and what Orleans keeps: one of many of a PostgreSQL server, copied from one that was migrated
/// once. Silos have the rights of the application, the test those of the owner.
/// </summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    /// <summary>A hash that no entry has.</summary>
    public const string NoHash = "decode(repeat('00', 32), 'hex')";

    /// <summary>Lets the balance name another end of its chain than its last entry.</summary>
    public const string AnotherHead = "UPDATE balance SET entry_count = entry_count - 1";

    /// <summary>In an insertion: what the database would number by itself has the number that is given.</summary>
    public const string WithItsNumber = "OVERRIDING SYSTEM VALUE";

    private const string Template = "migrated";
    private const string ApplicationRole = "billing_app";
    private const string Application = "billing_silo"; // a login, and a member of that role

    private static readonly Lazy<Task<PostgresServer>> server = new(() => Task.Run(StartServer));
    private static int count;

    private readonly string name = $"test{Interlocked.Increment(ref count)}";
    private readonly List<LedgerDatabase> opened = [];
    private readonly PostgresServer running;

    private TestDatabase(PostgresServer running) => this.running = running;

    /// <summary>Each column of a charge's row, and another value for it. The top-up part is among those that paid.</summary>
    public static TheoryData<string, string> ColumnsOfACharge => new()
    {
        { "change_micros", "change_micros - 1" },
        { "balance_after_micros", "balance_after_micros + 1" },
        { "lines", """'[{"lot":"lot-v","kind":2,"micros":-1}]'""" },
        { "vm_sequence", "vm_sequence + 1" },
        { "from_ms", "from_ms + 1" },
        { "priced", "'[]'" },
        { "at_ms", "at_ms + 1" },
        { "recorded_at_ms", "recorded_at_ms + 1" },
        { "operation", "'x'" },
        { "fingerprint", "'x'" },
        { "product", "'inference'" },
        { "kind", "'Correction'" },
        { "description", "description || 'x'" },
        { "hash", NoHash },
    };

    /// <summary>An empty one.</summary>
    public static async Task<TestDatabase> New()
    {
        var database = new TestDatabase(await server.Value);
        await PostgresServer.Execute(database.running.ConnectionStringOf("postgres"), $"CREATE DATABASE {database.name} TEMPLATE {Template}");
        return database;
    }

    /// <summary>Ends the server of all tests, if any of them has asked for one.</summary>
    public static async Task StopServer()
    {
        if (server.IsValueCreated) await (await server.Value).DisposeAsync();
    }

    /// <summary>Which rows of a table are a balance's.</summary>
    public static string Of(BalanceId balance) => $"balance_number = (SELECT number FROM balance WHERE balance = '{balance}')";

    /// <summary>The store of a process of its own.</summary>
    public ILedgerStore Open() => StoreOn(Connections());

    /// <summary>The store of a silo that is a member, or was.</summary>
    public ILedgerStore OpenAs(SiloAddress silo, string cluster) => StoreOn(Connections(silo, cluster));

    /// <summary>Connections of a process of its own, through another port when given.</summary>
    public LedgerDatabase Connections(int? port = null) =>
        Connections(port is { } through ? PostgresServer.ConnectionStringOf(name, through, Application) : ConnectionStringOf(Application));

    /// <summary>The connections through which that silo's ledger writes.</summary>
    public NpgsqlDataSource WritingAs(SiloAddress silo, string cluster) => Connections(silo, cluster).Writing;

    /// <summary>A connection of that silo's.</summary>
    public NpgsqlConnection ConnectAs(SiloAddress silo, string cluster) => ConnectBy(SiloConnection.Of(ConnectionStringOf(Application), cluster, silo));

    public void AddBilling(ISiloBuilder silo, Action<BillingOptions> configure) => silo.AddOrleansBilling(_ => Connections(), configure);

    /// <summary>Grain state and reminders, which outlive a silo here.</summary>
    public void AddGrainState(ISiloBuilder silo)
    {
        var connection = ConnectionStringOf(Application);
        silo.UseAdoNetReminderService(options => (options.Invariant, options.ConnectionString) = ("Npgsql", connection));
        silo.AddAdoNetGrainStorage(StorageNames.State, options =>
            (options.Invariant, options.ConnectionString, options.GrainStorageSerializer) = ("Npgsql", connection, new PlainJson()));
    }

    /// <summary>Looks into the ledger past everything else.</summary>
    public List<T> Query<T>(string sql, Func<DbDataReader, T> read)
    {
        using var connection = Connect(Owner);
        using var command = new NpgsqlCommand(sql, connection);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }

    /// <summary>Tries what the ledger may refuse to its owner; returns how many rows it changed.</summary>
    public int Run(string sql) => Run(Owner, sql);

    /// <summary>Tries what the ledger may refuse to the application.</summary>
    public int RunAsApplication(string sql) => Run(Application, sql);

    /// <summary>Does what only the server's own user can do: past triggers and checks.</summary>
    public int Force(string sql)
    {
        using var connection = Connect(Owner);
        using var prepare = new NpgsqlCommand(
            """
            SET session_replication_role = replica; -- no trigger fires
            DO $$
            DECLARE checked record;
            BEGIN
                FOR checked IN SELECT conrelid::regclass AS name, conname FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace LOOP
                    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', checked.name, checked.conname);
                END LOOP;
            END $$;
            """,
            connection);
        prepare.ExecuteNonQuery();
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteNonQuery();
    }

    /// <summary>Forges the hash of an entry.</summary>
    public void ForceHash(BalanceId balance, long number, byte[] hash) =>
        Force($"UPDATE ledger_entry SET hash = decode('{Convert.ToHexString(hash)}', 'hex') WHERE {Of(balance)} AND number = {number}");

    /// <summary>Forges what the balance says of the end of its chain: nothing here, because it is the last entry's own hash.</summary>
    public void ForceHead(BalanceId balance, byte[] hash) =>
        Assert.Equal([hash], Query($"SELECT hash FROM ledger_entry WHERE {Of(balance)} ORDER BY number DESC LIMIT 1", row => row.GetFieldValue<byte[]>(0)));

    /// <summary>Changes a text in the stored state of the grain with a key; returns how many states were changed.</summary>
    public int ForceState(string key, string old, string changed) => Run(
        $"UPDATE OrleansGrainState SET PayloadBinary = convert_to(replace(convert_from(PayloadBinary, 'UTF8'), '{old}', '{changed}'), 'UTF8') WHERE GrainIdExtensionString LIKE '%{key}'");

    public async ValueTask DisposeAsync()
    {
        foreach (var connections in opened) await connections.DisposeAsync();
        await using (var pooled = new NpgsqlConnection(ConnectionStringOf(Application))) NpgsqlConnection.ClearPool(pooled); // Orleans'
        await PostgresServer.Execute(running.ConnectionStringOf("postgres"), $"DROP DATABASE {name} WITH (FORCE)");
    }

    private const string Owner = "billing_owner";

    private static async Task<PostgresServer> StartServer()
    {
        // Nothing here outlives the server and no test lets it crash, so nothing is gained by waiting for a disk. What survives the loss of
        // power is shown end to end, with fsync on.
        var running = await PostgresServer.Run(
            "fsync=off", "full_page_writes=off", "autovacuum=off", "max_connections=500", "track_commit_timestamp=on", "deadlock_timeout=500ms");
        var migrated = await running.NewDatabase(Template);
        await PostgresMigrations.Apply(migrated, ApplicationRole);
        await PostgresServer.Execute(migrated, $"CREATE ROLE {Application} LOGIN IN ROLE {ApplicationRole}");
        return running;
    }

    /// <summary>Where the server listens.</summary>
    public int Port => running.Port;

    private static PostgresLedgerStore StoreOn(LedgerDatabase connections) => new(connections, NullLogger<PostgresLedgerStore>.Instance);

    private LedgerDatabase Connections(SiloAddress silo, string cluster) => Connections(SiloConnection.Of(ConnectionStringOf(Application), cluster, silo));

    private LedgerDatabase Connections(string connectionString)
    {
        var connections = LedgerDatabase.Open(connectionString);
        lock (opened) opened.Add(connections);
        return connections;
    }

    private string ConnectionStringOf(string user) => Patient(running.ConnectionStringOf(name, user));

    // Many tests at once, on a server that may stand still for a while.
    private static string Patient(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString) { Timeout = 60 }.ToString();

    private int Run(string user, string sql)
    {
        using var connection = Connect(user);
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteNonQuery();
    }

    /// <summary>A connection of the owner's.</summary>
    public NpgsqlConnection Connect() => Connect(Owner);

    private NpgsqlConnection Connect(string user) => ConnectBy(ConnectionStringOf(user));

    private static NpgsqlConnection ConnectBy(string connectionString)
    {
        var connection = new NpgsqlConnection($"{connectionString};Pooling=false");
        connection.Open();
        return connection;
    }
}
