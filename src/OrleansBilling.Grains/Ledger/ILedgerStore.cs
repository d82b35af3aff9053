using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Operations;
using OrleansBilling.Contracts.Pricing;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Grains.Ledger;

/// <summary>What became of a commit.</summary>
public enum CommitResult
{
    /// <summary>Durable.</summary>
    Committed = 1,

    /// <summary>Somebody else has committed since it was read: nothing was written.</summary>
    VersionConflict = 2,

    /// <summary>The region's rules have changed since it was decided: nothing was written.</summary>
    RulesChanged = 3,

    /// <summary>The ledger refused what it says; the other commits of the transaction do not suffer.</summary>
    Refused = 4,
}

/// <summary>
/// The database of the ledger. A call that throws has an unknown outcome. One implementation a database; grains hold no SQL.
/// </summary>
public interface ILedgerStore
{
    /// <summary>Writes what waits in one transaction, each commit whole or not at all, and returns when it is durable.</summary>
    Task<CommitResult[]> Commit(IReadOnlyList<BalanceCommit> commits);

    /// <summary>The balance; <see cref="StoredBalance.None"/> when nothing is stored yet.</summary>
    Task<StoredBalance> Load(BalanceId id);

    /// <summary>The balance's present version; 0 when nothing is stored yet.</summary>
    Task<long> VersionOf(BalanceId id);

    /// <summary>The balance with its entries at one moment.</summary>
    Task<ILedgerSnapshot> Snapshot(BalanceId id);

    /// <summary>The balances there are, of one region when given, by id, after one when given.</summary>
    Task<BalanceId[]> BalanceIds(string? region, BalanceId? after, int limit);

    /// <summary>What is known of operation ids.</summary>
    Task<IReadOnlyDictionary<string, KnownOperation>> FindOperations(BalanceId id, IReadOnlyCollection<string> operations);

    /// <summary>A page of a ledger.</summary>
    Task<LedgerPage> Ledger(BalanceId id, LedgerQuery query);

    /// <summary>Entries written by a version after the given one and up to another, oldest first.</summary>
    Task<EntryView[]> EntriesSince(BalanceId id, long version, long through);

    /// <summary>What was charged to a VM and not given back, summed up over all of its charges.</summary>
    Task<ChargedSeconds> ChargedTo(BalanceId id, string vm);

    /// <summary>Notices, newest first, before a number when given.</summary>
    Task<NoticeView[]> Notices(BalanceId id, long? before, int limit);

    /// <summary>Notices written by a version after the given one and up to another, oldest first.</summary>
    Task<NoticeView[]> NoticesSince(BalanceId id, long version, long through);

    /// <summary>The VMs of which more than a charge was written last by a version after the given one and up to another; perhaps others, too.</summary>
    Task<string[]> VmsSince(BalanceId id, long version, long through);

    /// <summary>
    /// Balances that should have been looked at by the instant, and those with VMs that were last looked at by older rules: a new
    /// price or the end of a hold may have changed when they are due. By id, after one when given.
    /// </summary>
    Task<BalanceId[]> OverdueBalances(DateTimeOffset by, BalanceId? after, int limit);

    /// <summary>Balances with an order underway that was made by the instant: their activation repeats it.</summary>
    Task<BalanceId[]> BalancesWithOrders(DateTimeOffset by, BalanceId? after, int limit);

    /// <summary>VMs whose charge was due by the end of a window and has not been posted; those of other parts of the round may be left out.</summary>
    Task<VmPage> OverdueCharges(ChargeWindow window, string? after, int limit);

    /// <summary>VMs that have been between two statuses since before the instant.</summary>
    Task<VmPage> VmsBetweenStatuses(DateTimeOffset since, string? after, int limit);

    /// <summary>VMs that are not deleted.</summary>
    Task<VmPage> LivingVms(string? after, int limit);

    /// <summary>Balances of a region with VMs of a package that are not being deleted, by id, after one when given.</summary>
    Task<BalanceId[]> BalancesWithPackage(string region, string package, BalanceId? after, int limit);

    /// <summary>Tenants of a region.</summary>
    Task<TenantStandingView[]> Tenants(string region, StandingLevel? standing, string? after, int limit);

    /// <summary>One tenant; null when there is none.</summary>
    Task<TenantStandingView?> FindTenant(BalanceId id);

    /// <summary>Tenants of a region with a deletion due, soonest first.</summary>
    Task<TenantStandingView[]> DeletionsDue(string region, int limit);

    /// <summary>Orders of a region that are underway, oldest first.</summary>
    Task<TenantOrderView[]> OrdersUnderway(string region, int limit);

    /// <summary>The price versions, exchange rates and holds of a region, and their revision.</summary>
    Task<RegionRows> Rules(string region);

    /// <summary>Fixes in which currency a region lists its prices, once; returns the one in which it does.</summary>
    Task<Currency> FixListCurrency(string region, Currency currency);

    /// <summary>Enters a price once per operation id.</summary>
    /// <param name="region">The region.</param>
    /// <param name="command">The price.</param>
    /// <param name="inTime">Whether it is still far enough ahead: asked at the last moment. What was entered already is known again whatever it says.</param>
    Task<PriceReply> AddPrice(string region, AddPrice command, Func<bool>? inTime = null);

    /// <summary>Enters an exchange rate once per operation id, as a price.</summary>
    Task<RateReply> AddRate(string region, AddRate command, Func<bool>? inTime = null);

    /// <summary>Places a hold of the region, once per id.</summary>
    Task AddHold(string region, EnforcementHold hold);

    /// <summary>Ends a hold of the region; false when none of that id is in force.</summary>
    Task<bool> EndHold(string region, string id, DateTimeOffset at);
}

/// <summary>What the ledger has of a region's rules.</summary>
public sealed record RegionRows(long Revision, IReadOnlyList<PriceRow> Prices, IReadOnlyList<RateVersion> Rates, IReadOnlyList<EnforcementHold> Holds);

/// <summary>One price version.</summary>
public sealed record PriceRow(int Id, string Package, long MicrosPerHour, DateTimeOffset From, string By);

/// <summary>A page of VMs.</summary>
/// <param name="Vms">The VMs.</param>
/// <param name="Next">Where the next page goes on; null when there is none.</param>
public sealed record VmPage(IReadOnlyList<(BalanceId Balance, string Vm)> Vms, string? Next);

/// <summary>A part of the rounds in which VMs are charged.</summary>
/// <param name="After">Charges that fell due after this instant…</param>
/// <param name="By">…and by this one.</param>
/// <param name="Round">How often a VM is charged.</param>
public readonly record struct ChargeWindow(DateTimeOffset After, DateTimeOffset By, TimeSpan Round);
