namespace OrleansBilling.Grains.Ledger.Sqlite;

/// <summary>Applies the SQL files of a folder that a database lacks; twice is once.</summary>
public static class SqliteMigrations
{
    public static void Apply(SqliteDatabase database, string folder) => database.Write(connection =>
    {
        connection.Run("CREATE TABLE IF NOT EXISTS applied_file (name TEXT NOT NULL PRIMARY KEY) STRICT");
        foreach (var (name, sql) in Migrations.In($"sqlite/{folder}"))
        {
            if (connection.Run("INSERT OR IGNORE INTO applied_file (name) VALUES ($name)", ("name", $"{folder}/{name}")) == 0) continue;
            connection.Run(sql);
        }
        return true;
    }).GetAwaiter().GetResult();
}
