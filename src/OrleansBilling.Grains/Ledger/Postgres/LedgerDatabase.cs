using Npgsql;

namespace OrleansBilling.Grains.Ledger.Postgres;

/// <summary>
/// How the ledger connects to PostgreSQL, whose statements are prepared once a connection.
/// </summary>
public sealed class LedgerDatabase : IAsyncDisposable
{
    // The others read. More would not read faster, and a server has few for all silos together.
    private const int Readers = 20;

    /// <summary>How long the database waits for a writer in the middle of its transaction: shorter than others take to declare it dead.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>
    /// What every session asks of its server: a commit is durable when it is answered, whatever the server's own setting says; and a client whose machine or network is gone
    /// is noticed within half a minute, not after the two hours of an operating system.
    /// </summary>
    public const string SessionOptions =
        "-c synchronous_commit=on -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c tcp_user_timeout=25000";

    private LedgerDatabase(NpgsqlDataSource reading, NpgsqlDataSource writing) => (Reading, Writing) = (reading, writing);

    /// <summary>The connections of all that reads, and of what operators rarely write.</summary>
    public NpgsqlDataSource Reading { get; }

    /// <summary>
    /// The connections of the silo's one writer, its own because a pool hands out its connections in turn: each would keep plans and pages
    /// of its own, and find them cold.
    /// </summary>
    public NpgsqlDataSource Writing { get; }

    /// <summary>Opens it; connections are made when they are needed.</summary>
    /// <param name="connectionString">Host, database and user; what it says otherwise is kept.</param>
    public static LedgerDatabase Open(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxAutoPrepare = 64,
            AutoPrepareMinUsages = 2,
            NoResetOnClose = true, // nothing is ever set on a connection
        };
        if (!settings.ContainsKey("Maximum Pool Size")) settings.MaxPoolSize = Readers;
        // Every statement of the ledger goes by an index. A plan is kept for as long as its connection, and one that was made when the
        // tables were empty would read them from end to end when they are not.
        settings.Options = $"{settings.Options} {SessionOptions} -c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off".Trim();
        settings.ApplicationName ??= "billing";
        var reading = new NpgsqlDataSourceBuilder(settings.ToString()).Build();
        settings.MaxPoolSize = LedgerWriter.AtATime;
        // A silo that stands still in a transaction holds balances, rules, and its own declaration of death for no longer than this.
        settings.Options += $" -c idle_in_transaction_session_timeout={(int)Patience.TotalMilliseconds}";
        return new LedgerDatabase(reading, new NpgsqlDataSourceBuilder(settings.ToString()).Build());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Writing.DisposeAsync();
        await Reading.DisposeAsync();
    }
}
