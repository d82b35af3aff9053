using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace OrleansBilling.Grains.Ledger.Postgres;

/// <summary>
/// Applies the SQL files that a database lacks, as its owner: each once and in a transaction, however many processes try, because they
/// take turns. A file that was applied is never changed; its hash is kept to find out.
/// </summary>
public static class PostgresMigrations
{
    // In this order: the ledger's files may use what Orleans' have made.
    private static readonly string[] folders = ["orleans", "ledger"];

    /// <summary>Applies what is missing and returns the names of those files.</summary>
    /// <param name="connectionString">How the owner connects.</param>
    /// <param name="applicationRole">Whom the files grant to what the application needs. Made, without a login, where it is absent.</param>
    public static async Task<IReadOnlyList<string>> Apply(string connectionString, string applicationRole)
    {
        // A connection of its own, which ends here with all that was set on it. Making an index may take longer than any timeout.
        var own = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, CommandTimeout = 0 };
        await using var connection = new NpgsqlConnection(own.ToString());
        await connection.OpenAsync();
        await Run(connection, "SELECT pg_advisory_lock(hashtextextended('OrleansBilling migrations', 0))"); // until the connection ends
        await Run(connection, "SELECT set_config('billing.application_role', $1, false)", applicationRole);
        await Run(connection, Preparation);

        var missing = await Missing(connection);
        foreach (var (name, sql) in missing)
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await Run(connection, sql);
            await Run(connection, "INSERT INTO applied_file (name, sha256) VALUES ($1, $2)", name, HashOf(sql));
            await transaction.CommitAsync();
        }
        return [.. missing.Select(file => file.Name)];
    }

    /// <summary>The names of the files that a database lacks. Files of a newer program, which this one does not know, do no harm.</summary>
    public static async Task<IReadOnlyList<string>> Missing(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        return [.. (await Missing(connection)).Select(file => file.Name)];
    }

    private static async Task<IReadOnlyList<(string Name, string Sql)>> Missing(NpgsqlConnection connection)
    {
        var applied = await Applied(connection);
        var missing = new List<(string Name, string Sql)>();
        foreach (var folder in folders)
            foreach (var (file, sql) in Migrations.In($"postgresql/{folder}"))
            {
                var name = $"{folder}/{file}";
                if (!applied.TryGetValue(name, out var hash)) missing.Add((name, sql));
                else if (!hash.AsSpan().SequenceEqual(HashOf(sql)))
                    throw new InvalidOperationException($"The database file {name} is not the one that was applied to this database: a released file is never changed, a change is a new file.");
            }
        return missing;
    }

    private static async Task<Dictionary<string, byte[]>> Applied(NpgsqlConnection connection)
    {
        var applied = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        await using var look = new NpgsqlCommand("SELECT to_regclass('applied_file') IS NOT NULL", connection);
        if (!(bool)(await look.ExecuteScalarAsync())!) return applied;
        await using var command = new NpgsqlCommand("SELECT name, sha256 FROM applied_file", connection);
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync()) applied.Add(rows.GetString(0), rows.GetFieldValue<byte[]>(1));
        return applied;
    }

    private static async Task Run(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync();
    }

    // Line ends may differ from one checkout to another.
    private static byte[] HashOf(string sql) => SHA256.HashData(Encoding.UTF8.GetBytes(sql.ReplaceLineEndings("\n")));

    // The role belongs to the server, not to the database: another database's owner may be making it just now.
    private const string Preparation = """
        CREATE TABLE IF NOT EXISTS applied_file
        (
            name       text        NOT NULL PRIMARY KEY,
            sha256     bytea       NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now()
        );
        DO $$
        DECLARE application name := current_setting('billing.application_role');
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = application) THEN
                BEGIN
                    EXECUTE format('CREATE ROLE %I NOLOGIN', application);
                EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
                END;
            END IF;
            EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), application);
            EXECUTE format('GRANT SELECT ON applied_file TO %I', application);
        END $$;
        """;
}
