namespace OrleansBilling.Grains.Ledger.Sqlite;

/// <summary>Applies the SQL files of a folder that a database lacks; twice is once.</summary>
public static class SqliteMigrations
{
    /// <returns>The names of the files that were applied now.</returns>
    public static IReadOnlyList<string> Apply(SqliteDatabase database, string folder) => database.Write(connection =>
    {
        var applied = new List<string>();
        connection.Run("CREATE TABLE IF NOT EXISTS applied_file (name TEXT NOT NULL PRIMARY KEY) STRICT");
        foreach (var (file, sql) in Migrations.In($"sqlite/{folder}"))
        {
            var name = $"{folder}/{file}";
            if (connection.Run("INSERT OR IGNORE INTO applied_file (name) VALUES ($name)", ("name", name)) == 0) continue;
            connection.Run(sql);
            applied.Add(name);
        }
        return applied;
    }).GetAwaiter().GetResult();
}
