using Microsoft.Data.Sqlite;

namespace OrleansBilling.Grains.Ledger.Sqlite;

/// <summary>
/// One SQLite file: write-ahead log, full sync, one writer. Its connections are pooled by the library; every call runs on the thread
/// pool, because the library's asynchronous methods block.
/// </summary>
public sealed class SqliteDatabase
{
    private readonly string connectionString;

    /// <param name="file">The path of the file; its folder is made.</param>
    public SqliteDatabase(string file)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        Directory.CreateDirectory(folder);
        connectionString = ConnectionStringOf(file);
        using var connection = Open();
        connection.Run("PRAGMA journal_mode = WAL"); // kept in the file
    }

    /// <summary>A connection string for the file: waits for a lock up to 20 s instead of failing.</summary>
    public static string ConnectionStringOf(string file) =>
        new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadWriteCreate, DefaultTimeout = 20, Pooling = true }.ToString();

    /// <summary>Reads, on the thread pool.</summary>
    public Task<T> Read<T>(Func<SqliteConnection, T> read) => Task.Run(() =>
    {
        using var connection = Open();
        return read(connection);
    });

    /// <summary>Begins to read, on the thread pool; what comes of it owns the connection.</summary>
    public Task<T> Keep<T>(Func<SqliteConnection, T> begin) => Task.Run(() =>
    {
        var connection = Open();
        try
        {
            return begin(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    });

    /// <summary>Writes in one transaction that holds the write lock from its beginning; durable when it returns.</summary>
    public Task<T> Write<T>(Func<SqliteConnection, T> write) => Task.Run(() =>
    {
        using var connection = Open();
        using var transaction = connection.BeginTransaction(deferred: false);
        var result = write(connection);
        transaction.Commit();
        return result;
    });

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        connection.Run("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
        return connection;
    }
}
