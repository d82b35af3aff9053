using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Tenants;
using OrleansBilling.Contracts.Vms;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Vms;

namespace OrleansBilling.Client;

/// <summary><see cref="IBillingClient"/> over the grains of a cluster. Safe for use by many threads at once.</summary>
internal sealed partial class BillingClient(IClusterClient cluster, IOptions<BillingClientOptions> options) : IBillingClient
{
    // A grain answers a wait for changes when it is over, also without a change; so this attempt may take longer than others.
    private static readonly TimeSpan changesWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan changesTimeout = TimeSpan.FromSeconds(16);

    private readonly Repetition repetition = new(options.Value);

    public Task<TenantView> SignIn(string region, string subject, string email, CancellationToken cancellation = default)
    {
        var tenant = cluster.GetGrain<ITenantGrain>(GrainKeys.OfSubject(region, subject));
        return repetition.Call(() => tenant.SignIn(email), cancellation);
    }

    public Task<BalanceView> GetBalance(BalanceId balance, CancellationToken cancellation = default) =>
        repetition.Call(Balance(balance).Read, cancellation);

    public Task<CurrencyResult> ChooseCurrency(BalanceId balance, Currency currency, CancellationToken cancellation = default)
    {
        var grain = Balance(balance);
        return repetition.Call(() => grain.ChooseCurrency(currency), cancellation);
    }

    public Task<BillingProfile?> FindBillingProfile(BalanceId balance, CancellationToken cancellation = default) =>
        repetition.Call(Profile(balance).Find, cancellation);

    public Task<BillingProfileFault?> SetBillingProfile(BalanceId balance, string operation, BillingProfile profile, CancellationToken cancellation = default)
    {
        GrainKeys.Id(operation, nameof(operation));
        var grain = Profile(balance);
        return repetition.Call(() => grain.Set(operation, profile), cancellation);
    }

    public Task<bool> Watch(BalanceId balance, WatchBalance command, CancellationToken cancellation = default)
    {
        var grain = Balance(balance);
        return repetition.Call(() => grain.Watch(command), cancellation);
    }

    public Task<LedgerPage> GetLedger(BalanceId balance, LedgerQuery query, CancellationToken cancellation = default)
    {
        var grain = Balance(balance);
        return repetition.Call(() => grain.Ledger(query), cancellation);
    }

    public async IAsyncEnumerable<EntryView> ReadLedger(BalanceId balance, LedgerQuery query, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        for (var after = query.After ?? 0; ;)
        {
            var page = await GetLedger(balance, query with { After = after, Limit = 500 }, cancellation);
            foreach (var entry in page.Entries) yield return entry;
            if (page.After is not { } next) yield break;
            after = next;
        }
    }

    public async IAsyncEnumerable<ChangesView> WatchChanges(
        BalanceId balance, long after, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var grain = Balance(balance);
        while (!cancellation.IsCancellationRequested)
        {
            ChangesView changes;
            try
            {
                changes = await repetition.CallForEver(() => grain.Changes(after, changesWait), changesTimeout, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                yield break;
            }
            // An earlier one begins anew: the database was restored from a backup. No activation says so that does not know what was written last (M12).
            if (changes.Change == after) continue;
            after = changes.Change;
            yield return changes;
        }
    }

    public Task<VmView[]> ListVms(BalanceId balance, bool withDeleted = false, CancellationToken cancellation = default)
    {
        var grain = Balance(balance);
        return repetition.Call(() => grain.ListVms(withDeleted), cancellation);
    }

    public Task<VmView?> FindVm(BalanceId balance, string vm, CancellationToken cancellation = default)
    {
        var grain = Balance(balance);
        return repetition.Call(() => grain.FindVm(vm), cancellation);
    }

    public Task<AdmissionReply> CreateVm(BalanceId balance, CreateVm command, CancellationToken cancellation = default)
    {
        GrainKeys.Id(command.Operation, nameof(command));
        GrainKeys.Id(command.Vm, nameof(command));
        var grain = Balance(balance);
        return repetition.Call(() => grain.CreateVm(command), cancellation);
    }

    public Task<VmReply> Ask(BalanceId balance, string vm, string operation, VmRequest request, CancellationToken cancellation = default)
    {
        GrainKeys.Id(operation, nameof(operation));
        if (request == VmRequest.Create) throw new ArgumentException($"A VM is made by {nameof(CreateVm)}.", nameof(request));
        var grain = Vm(balance, vm);
        return repetition.Call(() => grain.Ask(operation, request), cancellation);
    }

    public Task<VmReply> ChangeVm(BalanceId balance, string vm, ChangeVm change, CancellationToken cancellation = default)
    {
        var grain = Vm(balance, vm);
        return repetition.Call(() => grain.Change(change), cancellation);
    }

    public Task<StatusView[]> GetVmHistory(BalanceId balance, string vm, CancellationToken cancellation = default) =>
        repetition.Call(Vm(balance, vm).History, cancellation);

    public Task Report(BalanceId balance, string vm, StatusReport report, CancellationToken cancellation = default)
    {
        var grain = Vm(balance, vm);
        return repetition.Call(() => grain.Report(report), cancellation);
    }

    private IBalanceGrain Balance(BalanceId balance) => cluster.GetGrain<IBalanceGrain>(GrainKeys.Of(balance));

    private IBillingProfileGrain Profile(BalanceId balance) => cluster.GetGrain<IBillingProfileGrain>(GrainKeys.Of(balance));

    private IVmGrain Vm(BalanceId balance, string vm) => cluster.GetGrain<IVmGrain>(GrainKeys.Of(balance, vm));
}
