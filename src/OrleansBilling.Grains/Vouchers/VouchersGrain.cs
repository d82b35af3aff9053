using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Tenants;
using OrleansBilling.Contracts.Vouchers;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Grains.Telemetry;

namespace OrleansBilling.Grains.Vouchers;

/// <summary>
/// Promises that nobody learns a code by trying: a tenant's codes are looked at one after another, a wrong one is counted before it is answered, too many lock the
/// tenant, and no answer but the voucher's own tells anything about a code that somebody else holds.
/// </summary>
public sealed partial class VouchersGrain(
    [PersistentState("vouchers", StorageNames.State)] IPersistentState<StoredGuesses> state,
    VoucherCodes codes,
    IOptions<BillingOptions> options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider clock,
    ILogger<VouchersGrain> logger) : Grain, IVouchersGrain
{
    // In real time, and longer than it takes to look: a voucher that is there is read, and may ask its balance; one that is not is not.
    private static readonly TimeSpan refusalTakes = TimeSpan.FromMilliseconds(250);

    private BalanceId Id => BalanceId.Parse(this.GetPrimaryKeyString());

    public async Task<RedemptionReply> Redeem(string code)
    {
        var read = VoucherCode.Read(code) ?? throw new ArgumentException($"This is no code: expected {VoucherCode.Length} letters and digits.", nameof(code));
        if (await RefusalWhateverTheCode() is { } refusal) return refusal;
        var answerable = Task.Delay(refusalTakes, TimeProvider.System);
        var reply = await GrainFactory.GetGrain<IVoucherGrain>($"{Id.Region}/{codes.NameOf(Id.Region, read)}").Redeem(Id);
        if (reply.Result == RedemptionResult.Redeemed) return reply;
        await Count(clock.Now());
        await answerable;
        return reply;
    }

    public Task<VoucherLockView?> FindLock() => Task.FromResult(
        state.State.ToGuesses() is { LockedUntil: { } until } guesses && guesses.AreLockedAt(clock.Now())
            ? new VoucherLockView(Id.Tenant, DateTimeOffset.FromUnixTimeMilliseconds(state.State.LockedAtMilliseconds), until)
            : null);

    public async Task<bool> Unlock(string by)
    {
        if (await FindLock() is null) return false;
        await Store(new StoredGuesses());
        Unlocked(Id, by);
        return true;
    }

    /// <summary>What a tenant must meet before any code of it is looked at; none of it is a guess. The one place for such conditions.</summary>
    private async Task<RedemptionReply?> RefusalWhateverTheCode() =>
        !codes.AreSetUp ? new RedemptionReply(RedemptionResult.NotSetUp)
        : state.State.ToGuesses() is var guesses && guesses.AreLockedAt(clock.Now()) ? new RedemptionReply(RedemptionResult.Locked, LockedUntil: guesses.LockedUntil)
        : await GrainFactory.GetGrain<IBillingProfileGrain>(Id.ToString()).Find() is null ? new RedemptionReply(RedemptionResult.ProfileMissing)
        : null;

    private async Task Count(DateTimeOffset wrong)
    {
        var guesses = state.State.ToGuesses().With(wrong, options.Value.Vouchers.Limit);
        var locks = guesses.AreLockedAt(wrong);
        // Before it is stored: a lock that no operator sees must not be.
        if (locks) await GrainFactory.GetGrain<IVoucherIndexGrain>(Id.Region).AddLocked(Id.Tenant);
        await Store(StoredGuesses.Of(guesses, locks ? wrong : null));
        if (!locks) return;
        BillingMetrics.VouchersLocked(Id.Region);
        Locked(Id, options.Value.Vouchers.Guesses, guesses.LockedUntil!.Value);
    }

    /// <summary>The only place that writes.</summary>
    private Task Store(StoredGuesses next) => state.Replace(next, otherwise: DeactivateOnIdle);

    [LoggerMessage(1, LogLevel.Error, "Balance {Balance} tried {Wrong} voucher codes that are not its own: none is looked at before {Until}. An operator can unlock it.")]
    private partial void Locked(BalanceId balance, int wrong, DateTimeOffset until);

    [LoggerMessage(2, LogLevel.Information, "The voucher codes of balance {Balance} are looked at again, says {By}.")]
    private partial void Unlocked(BalanceId balance, string by);
}

/// <summary>A tenant's wrong codes as they are stored: when they came, and not what they were.</summary>
public sealed record StoredGuesses
{
    public ImmutableArray<long> WrongAtMilliseconds { get; init; } = [];

    public long LockedAtMilliseconds { get; init; }

    public long? LockedUntilMilliseconds { get; init; }

    internal Guesses ToGuesses() => new(
        [.. WrongAtMilliseconds.Select(DateTimeOffset.FromUnixTimeMilliseconds)], LockedUntilMilliseconds is { } until ? DateTimeOffset.FromUnixTimeMilliseconds(until) : null);

    internal static StoredGuesses Of(Guesses guesses, DateTimeOffset? lockedAt) => new()
    {
        WrongAtMilliseconds = [.. guesses.Wrong.Select(wrong => wrong.ToUnixTimeMilliseconds())],
        LockedAtMilliseconds = lockedAt?.ToUnixTimeMilliseconds() ?? 0,
        LockedUntilMilliseconds = guesses.LockedUntil?.ToUnixTimeMilliseconds(),
    };
}
