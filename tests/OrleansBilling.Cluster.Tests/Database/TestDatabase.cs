using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Contracts;
using OrleansBilling.Grains;
using OrleansBilling.Grains.Ledger;
using OrleansBilling.Grains.Ledger.Sqlite;

namespace OrleansBilling.Cluster.Tests.Database;

/// <summary>
/// The database of one test: a ledger, and what Orleans keeps, in SQLite files. The one class that differs in the tests of the
/// cluster on PostgreSQL; everything that the two databases say differently is here.
/// </summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    /// <summary>A hash that no entry has.</summary>
    public const string NoHash = "zeroblob(32)";

    /// <summary>Lets the balance name another end of its chain than its last entry.</summary>
    public const string AnotherHead = "UPDATE balance SET entry_hash = " + NoHash;

    /// <summary>In an insertion: what the database would number by itself has the number that is given.</summary>
    public const string WithItsNumber = "";

    private readonly string folder = Directory.CreateTempSubdirectory("billing").FullName;

    private TestDatabase() => SqliteMigrations.Apply(new SqliteDatabase(Ledger), "ledger");

    /// <summary>Each column of a charge's row, and another value for it. The top-up part is among those that paid.</summary>
    public static TheoryData<string, string> ColumnsOfACharge => new()
    {
        { "change_micros", "change_micros - 1" },
        { "balance_after_micros", "balance_after_micros + 1" },
        { "lines", "replace(lines, 'topUp', 'lot-v')" },
        { "vm_sequence", "vm_sequence + 1" },
        { "from_ms", "from_ms + 1" },
        { "seconds", "seconds + 1" },
        { "priced", "'[]'" },
        { "through_ms", "through_ms + 1" },
        { "at_ms", "at_ms + 1" },
        { "recorded_at_ms", "recorded_at_ms + 1" },
        { "operation", "operation || 'x'" },
        { "fingerprint", "fingerprint || 'x'" },
        { "description", "description || 'x'" },
        { "hash", NoHash },
    };

    private string Ledger => Path.Combine(folder, "ledger.db");

    private string Orleans => Path.Combine(folder, "orleans.db");

    /// <summary>An empty one.</summary>
    public static Task<TestDatabase> New() => Task.FromResult(new TestDatabase());

    /// <summary>Which rows of a table are a balance's.</summary>
    public static string Of(BalanceId balance) => $"balance = '{balance}'";

    /// <summary>The store of a process of its own.</summary>
    public ILedgerStore Open() => new SqliteLedgerStore(new SqliteDatabase(Ledger), NullLogger<SqliteLedgerStore>.Instance);

    public void AddBilling(ISiloBuilder silo, Action<BillingOptions> configure) => silo.AddOrleansBilling(Ledger, configure);

    /// <summary>Grain state and reminders, which outlive a silo here.</summary>
    public void AddGrainState(ISiloBuilder silo)
    {
        const string Sqlite = "System.Data.SQLite"; // the name that Orleans gives to it
        SqliteMigrations.Apply(new SqliteDatabase(Orleans), "orleans");
        var connection = SqliteDatabase.ConnectionStringOf(Orleans);
        silo.UseAdoNetReminderService(options => (options.Invariant, options.ConnectionString) = (Sqlite, connection));
        silo.AddAdoNetGrainStorage(StorageNames.State, options =>
            (options.Invariant, options.ConnectionString, options.GrainStorageSerializer) = (Sqlite, connection, new PlainJson()));
    }

    /// <summary>Looks into the ledger past everything else.</summary>
    public List<T> Query<T>(string sql, Func<DbDataReader, T> read)
    {
        using var connection = Connect(Ledger);
        using var command = Command(connection, sql);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }

    /// <summary>Tries what the ledger may refuse; returns how many rows it changed.</summary>
    public int Run(string sql) => Run(Ledger, sql);

    /// <summary>Does what only who has the file can do: past triggers and checks.</summary>
    public int Force(string sql)
    {
        using var connection = Connect(Ledger);
        foreach (var trigger in new[] { "ledger_entry_is_never_updated", "ledger_entry_is_never_deleted", "price_version_is_never_updated", "price_version_is_never_deleted", "exchange_rate_is_never_updated", "exchange_rate_is_never_deleted" })
        {
            using var drop = Command(connection, $"DROP TRIGGER IF EXISTS {trigger}");
            drop.ExecuteNonQuery();
        }
        using var ignore = Command(connection, "PRAGMA ignore_check_constraints = 1; PRAGMA foreign_keys = 0"); // for this connection
        ignore.ExecuteNonQuery();
        using var command = Command(connection, sql);
        return command.ExecuteNonQuery();
    }

    /// <summary>Forges the hash of an entry.</summary>
    public void ForceHash(BalanceId balance, long number, byte[] hash) => Force($"UPDATE ledger_entry SET hash = x'{Convert.ToHexString(hash)}' WHERE {Of(balance)} AND number = {number}");

    /// <summary>Forges what the balance says of the end of its chain.</summary>
    public void ForceHead(BalanceId balance, byte[] hash) => Force($"UPDATE balance SET entry_hash = x'{Convert.ToHexString(hash)}' WHERE {Of(balance)}");

    /// <summary>Changes a text in the stored state of the grain with a key; returns how many states were changed.</summary>
    public int ForceState(string key, string old, string changed) => Run(
        Orleans, $"UPDATE OrleansGrainState SET PayloadBinary = CAST(replace(CAST(PayloadBinary AS TEXT), '{old}', '{changed}') AS BLOB) WHERE GrainIdExtensionString LIKE '%{key}'");

    public ValueTask DisposeAsync()
    {
        foreach (var file in new[] { Ledger, Orleans })
        {
            using var pooled = new SqliteConnection(SqliteDatabase.ConnectionStringOf(file)); // of this test alone
            SqliteConnection.ClearPool(pooled);
        }
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static int Run(string file, string sql)
    {
        using var connection = Connect(file);
        using var command = Command(connection, sql);
        return command.ExecuteNonQuery();
    }

    private static SqliteConnection Connect(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        return connection;
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // literals of the tests
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }
}
