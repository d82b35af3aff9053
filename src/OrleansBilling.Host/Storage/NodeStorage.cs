using OrleansBilling.Grains;
using OrleansBilling.Host.Settings;

namespace OrleansBilling.Host.Storage;

/// <summary>Where a node keeps what must not be lost: Orleans' own tables, and the ledger.</summary>
internal abstract class NodeStorage
{
    public static NodeStorage Of(HostSettings settings) => settings.Database is { } database ? new PostgresStorage(database, settings.IsDevelopment) : new SqliteStorage(settings);

    /// <summary>The name that Orleans gives to the database of its tables.</summary>
    public abstract string Invariant { get; }

    /// <summary>How Orleans connects to it.</summary>
    public abstract string ConnectionString { get; }

    /// <summary>How it connects to write what a silo must not write any more that was declared dead.</summary>
    public virtual string ConnectionStringOf(ILocalSiloDetails silo) => ConnectionString;

    /// <summary>Applies the files that are missing; returns their names.</summary>
    public abstract Task<IReadOnlyList<string>> Migrate();

    /// <summary>Makes sure that a silo finds what it needs, or refuses its start.</summary>
    public abstract Task Prepare();

    /// <summary>Makes sure that there is a ledger to read, and changes nothing.</summary>
    public abstract Task MustExist();

    /// <summary>The grains, with their ledger here.</summary>
    public abstract void AddBilling(ISiloBuilder silo, Action<BillingOptions> configure);
}
