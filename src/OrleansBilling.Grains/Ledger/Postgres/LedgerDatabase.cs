using Npgsql;

namespace OrleansBilling.Grains.Ledger.Postgres;

/// <summary>How the ledger connects to PostgreSQL.</summary>
public static class LedgerDatabase
{
    /// <summary>
    /// A pool of connections whose statements are prepared once. A commit is durable when it is answered, whatever the server's own
    /// setting says.
    /// </summary>
    /// <param name="connectionString">Host, database and user; what it says otherwise is kept.</param>
    public static NpgsqlDataSource Open(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxAutoPrepare = 64,
            AutoPrepareMinUsages = 2,
            NoResetOnClose = true, // nothing is ever set on a connection
        };
        // One connection writes; the others read. More would not read faster, and a server has few for all silos together.
        if (!settings.ContainsKey("Maximum Pool Size")) settings.MaxPoolSize = 20;
        // Every statement of the ledger goes by an index. A plan is kept for as long as its connection, and one that was made when the
        // tables were empty would read them from end to end when they are not.
        settings.Options = $"{settings.Options} -c synchronous_commit=on -c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off".Trim();
        settings.ApplicationName ??= "billing";
        return new NpgsqlDataSourceBuilder(settings.ToString()).Build();
    }
}
