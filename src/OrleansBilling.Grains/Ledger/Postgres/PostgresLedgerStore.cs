using Microsoft.Extensions.Logging;
using Npgsql;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Operations;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Grains.Ledger.Postgres;

/// <summary>A commit with the ledger's number of its balance.</summary>
internal readonly record struct NumberedCommit(long Number, BalanceCommit Commit);

/// <summary>
/// The ledger in PostgreSQL, for any number of silos. What waits is written in one transaction of few statements, each of which writes
/// the rows of all commits at once: a charge costs three rows, and the rest is shared.
/// </summary>
public sealed partial class PostgresLedgerStore(LedgerDatabase ledger, ILogger<PostgresLedgerStore> logger) : ILedgerStore
{
    private const int MostTries = 10; // a deadlock is found after a second

    private static readonly DateTimeOffset tooSoon = DateTimeOffset.MinValue;

    private readonly NpgsqlDataSource database = ledger.Reading;

    /// <summary>
    /// How long a price or a rate may be on its way from the look at the clock to its row: longer than a silo that stands still holds the region's rules up, far less than
    /// the minute that it is ahead.
    /// </summary>
    public TimeSpan EntryTakes { get; init; } = 2 * LedgerDatabase.Patience;

    /// <inheritdoc/>
    public async Task<CommitResult[]> Commit(IReadOnlyList<BalanceCommit> commits)
    {
        // A statement writes the rows of all commits at once, so a transaction has each balance once; who comes second waits for the next.
        var seen = new HashSet<string>(commits.Count);
        var isFirst = commits.Select(commit => seen.Add(commit.Key)).ToArray();
        if (seen.Count == commits.Count) return await CommitTogether(commits);

        var first = new Queue<CommitResult>(await CommitTogether([.. commits.Where((_, index) => isFirst[index])]));
        var second = new Queue<CommitResult>(await Commit([.. commits.Where((_, index) => !isFirst[index])]));
        return [.. isFirst.Select(isOfFirst => (isOfFirst ? first : second).Dequeue())];
    }

    /// <inheritdoc/>
    public async Task<StoredBalance> Load(BalanceId id)
    {
        await using var snapshot = await PostgresLedgerSnapshot.Of(database, id);
        return snapshot.Stored;
    }

    /// <inheritdoc/>
    public async Task<ILedgerSnapshot> Snapshot(BalanceId id) => await PostgresLedgerSnapshot.Of(database, id);

    /// <inheritdoc/>
    public Task<BalanceId[]> BalanceIds(string? region, BalanceId? after, int limit) => BalanceTable.Ids(database, region, after, limit);

    /// <inheritdoc/>
    public async Task<long> VersionOf(BalanceId id) =>
        (await database.Query("SELECT version FROM balance WHERE balance = $1", row => row.GetInt64(0), id.ToString())).SingleOrDefault();

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, KnownOperation>> FindOperations(BalanceId id, IReadOnlyCollection<string> operations) =>
        await EntryTable.Find(database, id, operations);

    /// <inheritdoc/>
    public Task<LedgerPage> Ledger(BalanceId id, LedgerQuery query) => EntryTable.Page(database, id, query);

    /// <inheritdoc/>
    public Task<EntryView[]> EntriesSince(BalanceId id, long version, long through) => EntryTable.Since(database, id, version, through);

    /// <inheritdoc/>
    public Task<ChargedSeconds> ChargedTo(BalanceId id, string vm) => EntryTable.ChargedTo(database, id, vm);

    /// <inheritdoc/>
    public Task<NoticeView[]> Notices(BalanceId id, long? before, int limit) => NoticeTable.Page(database, id, before, limit);

    /// <inheritdoc/>
    public Task<NoticeView[]> NoticesSince(BalanceId id, long version, long through) => NoticeTable.Since(database, id, version, through);

    /// <inheritdoc/>
    public Task<string[]> VmsSince(BalanceId id, long version, long through) => VmTable.Since(database, id, version, through);

    /// <inheritdoc/>
    public Task<BalanceId[]> OverdueBalances(DateTimeOffset by, BalanceId? after, int limit) => BalanceTable.Overdue(database, by, after, limit);

    /// <inheritdoc/>
    public Task<BalanceId[]> BalancesWithOrders(DateTimeOffset by, BalanceId? after, int limit) => OrderTable.BalancesUnderway(database, by, after, limit);

    /// <inheritdoc/>
    public Task<VmPage> OverdueCharges(ChargeWindow window, string? after, int limit) => VmTable.OverdueCharges(database, window, after, limit);

    /// <inheritdoc/>
    public Task<VmPage> VmsBetweenStatuses(DateTimeOffset since, string? after, int limit) => VmTable.BetweenStatuses(database, since, after, limit);

    /// <inheritdoc/>
    public Task<VmPage> LivingVms(string? after, int limit) => VmTable.Living(database, after, limit);

    /// <inheritdoc/>
    public Task<BalanceId[]> BalancesWithPackage(string region, string package, BalanceId? after, int limit) =>
        VmTable.BalancesWithPackage(database, region, package, after, limit);

    /// <inheritdoc/>
    public Task<TenantStandingView[]> Tenants(string region, StandingLevel? standing, string? after, int limit) => BalanceTable.Tenants(database, region, standing, after, limit);

    /// <inheritdoc/>
    public Task<TenantStandingView?> FindTenant(BalanceId id) => BalanceTable.FindTenant(database, id);

    /// <inheritdoc/>
    public Task<TenantStandingView[]> DeletionsDue(string region, int limit) => BalanceTable.DeletionsDue(database, region, limit);

    /// <inheritdoc/>
    public Task<TenantOrderView[]> OrdersUnderway(string region, int limit) => OrderTable.UnderwayIn(database, region, limit);

    /// <inheritdoc/>
    public Task<RegionRows> Rules(string region) => RulesTable.Read(database, region);

    /// <inheritdoc/>
    public Task<Currency> FixListCurrency(string region, Currency currency) => RulesTable.FixListCurrency(database, region, currency);

    /// <inheritdoc/>
    public async Task<PriceReply> AddPrice(string region, AddPrice command, Func<bool>? inTime = null)
    {
        var latest = await LatestEntry(inTime);
        var reply = await RulesTable.AddPrice(database, region, command, latest);
        return reply.Result == PriceResult.TooSoon && latest != tooSoon ? throw TookTooLong() : reply;
    }

    /// <inheritdoc/>
    public async Task<RateReply> AddRate(string region, AddRate command, Func<bool>? inTime = null)
    {
        var latest = await LatestEntry(inTime);
        var reply = await RulesTable.AddRate(database, region, command, latest);
        return reply.Result == RateResult.TooSoon && latest != tooSoon ? throw TookTooLong() : reply;
    }

    /// <inheritdoc/>
    public Task AddHold(string region, EnforcementHold hold) => RulesTable.AddHold(database, region, hold);

    /// <inheritdoc/>
    public Task<bool> EndHold(string region, string id, DateTimeOffset at) => RulesTable.EndHold(database, region, id, at);

    // The database says how long it takes by its own clock, and is asked before the silo's is looked at: whoever stands still between the look and the entry has entered nothing.
    private async Task<DateTimeOffset> LatestEntry(Func<bool>? inTime)
    {
        if (inTime is null) return DateTimeOffset.MaxValue;
        var now = await database.Now();
        return inTime() ? now + EntryTakes : tooSoon;
    }

    private static TimeoutException TookTooLong() => new("It was too long on its way to the database, and nothing was entered. Repeat the call with the same id.");

    private async Task<CommitResult[]> CommitTogether(IReadOnlyList<BalanceCommit> commits)
    {
        try
        {
            for (var tries = 1; ; tries++)
            {
                try
                {
                    return await Write(commits);
                }
                catch (PostgresException chosen) when (chosen.SqlState == PostgresErrorCodes.DeadlockDetected && tries < MostTries)
                {
                    // The database has ended and undone this one, so that the other may go on: then it is this one's turn.
                }
            }
        }
        catch (PostgresException refused) when (IsRowAtFault(refused))
        {
            if (commits.Count == 1)
            {
                CommitRefused(refused, commits[0].After.Id, commits[0].After.Version);
                return [CommitResult.Refused];
            }
            // Nothing of it was written. One of them is poisoned: by halves, so that it fails alone.
            var half = commits.Count / 2;
            return [.. await CommitTogether([.. commits.Take(half)]), .. await CommitTogether([.. commits.Skip(half)])];
        }
    }

    private async Task<CommitResult[]> Write(IReadOnlyList<BalanceCommit> commits)
    {
        await using var connection = await ledger.Writing.OpenConnectionAsync();
        try
        {
            var (numbers, revisions) = await Fence(connection, commits);
            var written = new List<NumberedCommit>(commits.Count);
            var results = new CommitResult[commits.Count];
            for (var i = 0; i < results.Length; i++)
            {
                var id = commits[i].After.Id;
                if (numbers.TryGetValue(commits[i].Key, out var number))
                {
                    written.Add(new NumberedCommit(number, commits[i]));
                    results[i] = CommitResult.Committed;
                }
                else
                {
                    results[i] = revisions.GetValueOrDefault(id.Region) == commits[i].After.Balance.RulesRevision ? CommitResult.VersionConflict : CommitResult.RulesChanged;
                }
            }
            await Complete(connection, written);
            return results;
        }
        catch (PostgresException refused) when (IsRowAtFault(refused))
        {
            await using var undo = new NpgsqlCommand("ROLLBACK", connection);
            await undo.ExecuteNonQueryAsync();
            throw;
        }
    }

    /// <summary>
    /// Begins the transaction and writes the balances that are still as they were read. From a silo that was declared dead the database
    /// takes none: it fails, so whoever waits hears that the outcome is unknown, and their activations end (C7).
    /// </summary>
    /// <returns>Their numbers, and the revisions of the regions' rules.</returns>
    private static async Task<(Dictionary<string, long> Numbers, Dictionary<string, long> Revisions)> Fence(NpgsqlConnection connection, IReadOnlyList<BalanceCommit> commits)
    {
        var regions = commits.Select(commit => commit.After.Id.Region).Distinct().ToList();
        // Each statement locks its balances in one order, as far as the plan keeps it; whom the database finds in a deadlock repeats.
        var inOrder = commits.OrderBy(commit => commit.Key, StringComparer.Ordinal).ToLookup(commit =>
            commit.Before.Version == 0 ? RowChange.Fresh : commit.OnlyCharges ? RowChange.Charged : RowChange.Any);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { new NpgsqlBatchCommand("BEGIN"), RulesTable.Share(regions), RulesTable.Revisions(regions) },
        };
        foreach (var changed in inOrder.OrderBy(changed => changed.Key))
            batch.BatchCommands.Add(changed.Key switch
            {
                RowChange.Fresh => BalanceTable.Insert([.. changed]),
                RowChange.Charged => BalanceTable.UpdateCharged([.. changed]),
                _ => BalanceTable.Update([.. changed]),
            });

        await using var rows = await batch.ExecuteReaderAsync();
        await rows.NextResultAsync();
        var revisions = (await rows.All(row => (row.GetString(0), row.GetInt64(1)))).ToDictionary();
        var numbers = new Dictionary<string, long>(commits.Count);
        while (await rows.NextResultAsync())
            while (await rows.ReadAsync())
                numbers.Add(rows.GetString(0), rows.GetInt64(1));
        return (numbers, revisions);
    }

    /// <summary>Writes what belongs to the balances, and commits. Returns when it is durable.</summary>
    private static async Task Complete(NpgsqlConnection connection, IReadOnlyList<NumberedCommit> written)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var statement in Statements(written))
            if (statement is not null) batch.BatchCommands.Add(statement);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
        await batch.ExecuteNonQueryAsync();
    }

    private static IEnumerable<NpgsqlBatchCommand?> Statements(IReadOnlyList<NumberedCommit> written) =>
    [
        BalanceTable.WriteHolds(written), LotTable.Write(written), PlanTable.Write(written), ..VmTable.Write(written), OrderTable.Write(written),
        ..EntryTable.Write(written), NoticeTable.Write(written), DeliveryTable.Write(written),
    ];

    // What a commit writes of its balance's own row.
    private enum RowChange
    {
        Charged,
        Any,
        Fresh,
    }

    // Data, integrity, a limit that it exceeds: what was to be written is wrong, and the database has undone it. Anything else says nothing of the outcome.
    private static bool IsRowAtFault(PostgresException refused) => refused.SqlState[..2] is "22" or "23" or "54";

    [LoggerMessage(1, LogLevel.Error, "The ledger refused version {Version} of balance {Balance}.")]
    private partial void CommitRefused(Exception exception, BalanceId balance, long version);
}
