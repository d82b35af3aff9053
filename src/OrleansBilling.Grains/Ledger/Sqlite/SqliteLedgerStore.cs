using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Operations;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Grains.Ledger.Sqlite;

/// <summary>The ledger in one SQLite file: the embedded default of one node.</summary>
public sealed partial class SqliteLedgerStore(SqliteDatabase database, ILogger<SqliteLedgerStore> logger) : ILedgerStore
{
    private const int ConstraintViolated = 19; // SQLITE_CONSTRAINT: the row itself is at fault, not the database

    /// <inheritdoc/>
    public Task<CommitResult[]> Commit(IReadOnlyList<BalanceCommit> commits) => database.Write(connection =>
    {
        var revisions = new Dictionary<string, long>();
        var results = new CommitResult[commits.Count];
        for (var i = 0; i < commits.Count; i++) results[i] = CommitOne(connection, commits[i], revisions);
        return results;
    });

    /// <inheritdoc/>
    public Task<StoredBalance> Load(BalanceId id) => database.Read(connection =>
    {
        // One snapshot: the parts of a balance must be of one version.
        using var snapshot = connection.BeginTransaction(deferred: true);
        return Read(connection, id);
    });

    /// <inheritdoc/>
    public Task<long> VersionOf(BalanceId id) =>
        database.Read(connection => connection.Query("SELECT version FROM balance WHERE balance = $balance", row => row.GetInt64(0), ("balance", id.ToString())).SingleOrDefault());

    /// <inheritdoc/>

    public Task<ILedgerSnapshot> Snapshot(BalanceId id) => database.Keep(ILedgerSnapshot (connection) =>
    {
        var view = connection.BeginTransaction(deferred: true);
        return new SqliteLedgerSnapshot(connection, view, Read(connection, id));
    });

    /// <inheritdoc/>
    public Task<BalanceId[]> BalanceIds(string? region, BalanceId? after, int limit) =>
        database.Read(connection => BalanceTable.Ids(connection, region, after, limit));

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, KnownOperation>> FindOperations(BalanceId id, IReadOnlyCollection<string> operations) =>
        await database.Read(connection => EntryTable.Find(connection, id, operations));

    /// <inheritdoc/>
    public Task<LedgerPage> Ledger(BalanceId id, LedgerQuery query) => database.Read(connection => EntryTable.Page(connection, id, query));

    /// <inheritdoc/>
    public Task<EntryView[]> EntriesSince(BalanceId id, long version, long through) => database.Read(connection => EntryTable.Since(connection, id, version, through));

    /// <inheritdoc/>
    public Task<ChargedSeconds> ChargedTo(BalanceId id, string vm) => database.Read(connection => EntryTable.ChargedTo(connection, id, vm));

    /// <inheritdoc/>
    public Task<NoticeView[]> Notices(BalanceId id, long? before, int limit) => database.Read(connection => NoticeTable.Page(connection, id, before, limit));

    /// <inheritdoc/>
    public Task<NoticeView[]> NoticesSince(BalanceId id, long version, long through) => database.Read(connection => NoticeTable.Since(connection, id, version, through));

    /// <inheritdoc/>
    public Task<string[]> VmsSince(BalanceId id, long version, long through) => database.Read(connection => VmTable.Since(connection, id, version, through));

    /// <inheritdoc/>
    public Task<BalanceId[]> OverdueBalances(DateTimeOffset by, BalanceId? after, int limit) =>
        database.Read(connection => BalanceTable.Overdue(connection, by, after, limit));

    /// <inheritdoc/>
    public Task<BalanceId[]> BalancesWithOrders(DateTimeOffset by, BalanceId? after, int limit) =>
        database.Read(connection => OrderTable.BalancesUnderway(connection, by, after, limit));

    /// <inheritdoc/>
    public Task<VmPage> OverdueCharges(ChargeWindow window, string? after, int limit) => database.Read(connection => VmTable.OverdueCharges(connection, window.By, after, limit));

    /// <inheritdoc/>
    public Task<VmPage> VmsBetweenStatuses(DateTimeOffset since, string? after, int limit) => database.Read(connection => VmTable.BetweenStatuses(connection, since, after, limit));

    /// <inheritdoc/>
    public Task<VmPage> LivingVms(string? after, int limit) => database.Read(connection => VmTable.Living(connection, after, limit));

    /// <inheritdoc/>
    public Task<BalanceId[]> BalancesWithPackage(string region, string package, BalanceId? after, int limit) =>
        database.Read(connection => VmTable.BalancesWithPackage(connection, region, package, after, limit));

    /// <inheritdoc/>
    public Task<TenantStandingView[]> Tenants(string region, StandingLevel? standing, string? after, int limit) =>
        database.Read(connection => BalanceTable.Tenants(connection, region, standing, after, limit));

    /// <inheritdoc/>
    public Task<TenantStandingView?> FindTenant(BalanceId id) => database.Read(connection => BalanceTable.FindTenant(connection, id));

    /// <inheritdoc/>
    public Task<TenantStandingView[]> DeletionsDue(string region, int limit) => database.Read(connection => BalanceTable.DeletionsDue(connection, region, limit));

    /// <inheritdoc/>
    public Task<TenantOrderView[]> OrdersUnderway(string region, int limit) => database.Read(connection => OrderTable.UnderwayIn(connection, region, limit));

    /// <inheritdoc/>
    public Task<RegionRows> Rules(string region) => database.Read(connection => RulesTable.Read(connection, region));

    /// <inheritdoc/>
    public Task<Currency> FixListCurrency(string region, Currency currency) => database.Write(connection => RulesTable.FixListCurrency(connection, region, currency));

    /// <inheritdoc/>
    public Task<PriceReply> AddPrice(string region, AddPrice command, Func<bool>? inTime = null) => database.Write(connection => RulesTable.AddPrice(connection, region, command, inTime));

    /// <inheritdoc/>
    public Task<RateReply> AddRate(string region, AddRate command, Func<bool>? inTime = null) => database.Write(connection => RulesTable.AddRate(connection, region, command, inTime));

    /// <inheritdoc/>
    public Task AddHold(string region, EnforcementHold hold) => database.Write(connection =>
    {
        RulesTable.AddHold(connection, region, hold);
        return true;
    });

    /// <inheritdoc/>
    public Task<bool> EndHold(string region, string id, DateTimeOffset at) => database.Write(connection => RulesTable.EndHold(connection, region, id, at));

    private static StoredBalance Read(SqliteConnection connection, BalanceId id)
    {
        if (BalanceTable.Read(connection, id) is not { } row) return StoredBalance.None(id);
        return row with
        {
            Balance = row.Balance with
            {
                Lots = LotTable.Read(connection, id),
                Plans = PlanTable.Read(connection, id),
                Vms = VmTable.Read(connection, id),
                Orders = OrderTable.Underway(connection, id),
            },
        };
    }

    // A savepoint each, so that one poisoned commit fails alone.
    private CommitResult CommitOne(SqliteConnection connection, BalanceCommit commit, Dictionary<string, long> revisions)
    {
        var region = commit.After.Id.Region;
        if (!revisions.TryGetValue(region, out var revision)) revisions[region] = revision = RulesTable.Revision(connection, region);
        if (revision != commit.After.Balance.RulesRevision) return CommitResult.RulesChanged;

        connection.Run("SAVEPOINT one");
        try
        {
            if (!BalanceTable.Write(connection, commit))
            {
                connection.Run("ROLLBACK TO one; RELEASE one");
                return CommitResult.VersionConflict;
            }
            LotTable.Write(connection, commit);
            PlanTable.Write(connection, commit);
            VmTable.Write(connection, commit);
            OrderTable.Write(connection, commit);
            EntryTable.Write(connection, commit);
            NoticeTable.Write(connection, commit);
            DeliveryTable.Write(connection, commit);
            connection.Run("RELEASE one");
            return CommitResult.Committed;
        }
        catch (SqliteException refused) when (refused.SqliteErrorCode == ConstraintViolated)
        {
            connection.Run("ROLLBACK TO one; RELEASE one");
            CommitRefused(refused, commit.After.Id, commit.After.Version);
            return CommitResult.Refused;
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The ledger refused version {Version} of balance {Balance}.")]
    private partial void CommitRefused(Exception exception, BalanceId balance, long version);
}
