using Microsoft.Extensions.Logging;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Vouchers;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Grains.Pricing;

namespace OrleansBilling.Grains.Vouchers;

/// <summary>
/// Promises that a voucher is redeemed once, by whoever claims it first. The claim names the tenant and is stored before the balance hears of it; the balance
/// credits it under an id made of the campaign, which a tenant has one of. Whatever of this is cut off is done again from what is stored, by repetition or reminder.
/// </summary>
public sealed partial class VoucherGrain(
    [PersistentState("voucher", StorageNames.State)] IPersistentState<StoredVoucher> state,
    RegionRules rules,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider clock,
    ILogger<VoucherGrain> logger) : Grain, IVoucherGrain, IRemindable
{
    private const string SettleReminder = "settle";
    private static readonly TimeSpan soon = TimeSpan.FromMinutes(1);

    private string Region => this.GetPrimaryKeyString().Split('/')[0];

    private string Lot => LotOf(this.GetPrimaryKeyString().Split('/')[1]);

    private StoredVoucher Stored => state.State;

    /// <summary>The lot of the voucher with a name.</summary>
    internal static string LotOf(string name) => $"voucher-{name}";

    public async Task<bool> Issue(string campaign, CreateCampaign terms)
    {
        if (state.RecordExists) return Stored.Campaign == campaign;
        await Store(StoredVoucher.Of(campaign, terms));
        return true;
    }

    public async Task<RedemptionReply> Redeem(BalanceId balance)
    {
        if (!state.RecordExists)
        {
            DeactivateOnIdle(); // guesses must not fill the memory
            return new RedemptionReply(RedemptionResult.NotAccepted);
        }
        if (Stored.Claim is null && await Claim(balance) is { } refusal) return new RedemptionReply(refusal);
        if (Stored.Claim?.Tenant != balance.Tenant) return new RedemptionReply(RedemptionResult.NotAccepted);
        return await Settle() is { } refused ? new RedemptionReply(refused) : new RedemptionReply(RedemptionResult.Redeemed, View());
    }

    public async Task Revoke(string by, string reason)
    {
        if (!state.RecordExists) return; // was never issued: nobody has its code
        if (Stored.Revocation is null)
        {
            if (Stored.Claim is not null) await this.RegisterOrUpdateReminder(SettleReminder, soon, soon);
            await Store(Stored with { Revocation = new StoredRevocation(by, reason, clock.Now().ToUnixTimeMilliseconds()) });
            Revoked(Lot, Stored.Campaign, by, reason);
        }
        await Settle();
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (Stored.IsOwed) await Settle();
        else await EndReminder();
    }

    private async Task<RedemptionResult?> Claim(BalanceId balance)
    {
        var now = clock.Now();
        var terms = Stored.Terms();
        if (Stored.Revocation is not null || !terms.IsOpenAt(now)) return RedemptionResult.NotAccepted;
        // Before the claim, so that nobody is kept from it by somebody who cannot have it. The balance looks again.
        var currency = (await BalanceOf(balance.Tenant).Read()).Currency;
        if (currency is { } other && other != terms.Currency) return RedemptionResult.OtherCurrency;
        if (currency is null && !(await rules.Of(Region)).Prices.Takes(terms.Currency, now)) return RedemptionResult.NoRate;
        await this.RegisterOrUpdateReminder(SettleReminder, soon, soon);
        await Store(Stored with { Claim = new StoredClaim(balance.Tenant, now.ToUnixTimeMilliseconds()) });
        return null;
    }

    /// <summary>Brings the balance to what is decided here; why it does not take the credit, if so, and then the claim is void.</summary>
    private async Task<RedemptionResult?> Settle()
    {
        if (!Stored.IsOwed) return null;
        while (Stored is { EntryNumber: 0, Claim: { } claim })
        {
            var reply = await Credit(claim);
            if (reply.Result == PostingResult.Posted)
            {
                await GrainFactory.GetGrain<IVoucherTallyGrain>($"{Region}/{Stored.Campaign}").Add(new TalliedRedemption(Lot, claim.Tenant, claim.AtMilliseconds));
                await Store(Stored with { EntryNumber = reply.EntryNumber });
                Redeemed(Lot, Stored.Campaign, new BalanceId(Region, claim.Tenant));
            }
            else if (reply.Result == PostingResult.AlreadyExpired)
            {
                // Nobody came to credit it for the whole life of the credit. That was not the tenant's fault.
                await Store(Stored with { Claim = claim with { AtMilliseconds = clock.Now().ToUnixTimeMilliseconds() } });
            }
            else
            {
                // Nothing can come of the claim: a balance keeps its currency, and the ledger its entries. And a rate that is missing may be long in coming: whoever wants the voucher then claims it anew.
                await Store(Stored with { Claim = null });
                await EndReminder();
                return reply.Result switch
                {
                    PostingResult.OtherCurrency => RedemptionResult.OtherCurrency,
                    PostingResult.NoRate => RedemptionResult.NoRate,
                    PostingResult.OperationReused => RedemptionResult.CampaignUsed,
                    _ => RedemptionResult.NotAccepted,
                };
            }
        }
        if (Stored is { Revocation: { } revocation, IsTakenBack: false })
        {
            await BalanceOf(Stored.Claim!.Tenant).RevokeCredit(Lot, revocation.Reason);
            await Store(Stored with { IsTakenBack = true });
        }
        await EndReminder();
        return null;
    }

    private Task<PostingReply> Credit(StoredClaim claim)
    {
        var terms = Stored.Terms();
        var expires = DateTimeOffset.FromUnixTimeMilliseconds(claim.AtMilliseconds) + terms.Life;
        // One id for a campaign: of two vouchers of it the ledger takes the first (M5), whoever asked for the second, and when.
        return BalanceOf(claim.Tenant).Redeem(new RedeemCredit($"voucher/{Stored.Campaign}", Lot, [.. Stored.Products], terms.Currency, terms.Amount, expires, Lot));
    }

    private RedeemedVoucher View()
    {
        var (terms, at) = (Stored.Terms(), DateTimeOffset.FromUnixTimeMilliseconds(Stored.Claim!.AtMilliseconds));
        return new RedeemedVoucher(Lot, terms.Currency, terms.Amount, [.. Stored.Products], at, at + terms.Life, Stored.EntryNumber);
    }

    private IBalanceGrain BalanceOf(string tenant) => GrainFactory.GetGrain<IBalanceGrain>(new BalanceId(Region, tenant).ToString());

    private async Task EndReminder()
    {
        if (await this.GetReminder(SettleReminder) is { } reminder) await this.UnregisterReminder(reminder);
    }

    /// <summary>The only place that writes.</summary>
    private Task Store(StoredVoucher next) => state.Replace(next, otherwise: DeactivateOnIdle);

    [LoggerMessage(1, LogLevel.Information, "{Voucher} of campaign {Campaign} is redeemed by {Balance}.")]
    private partial void Redeemed(string voucher, string campaign, BalanceId balance);

    [LoggerMessage(2, LogLevel.Debug, "{Voucher} of campaign {Campaign} is revoked by {By}: {Reason}")]
    private partial void Revoked(string voucher, string campaign, string by, string reason);
}
