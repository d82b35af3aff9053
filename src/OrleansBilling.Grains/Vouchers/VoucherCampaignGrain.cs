using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansBilling.Contracts.Adjustments;
using OrleansBilling.Contracts.Vouchers;
using OrleansBilling.Domain.Credits;

namespace OrleansBilling.Grains.Vouchers;

/// <summary>
/// Promises that a campaign has as many vouchers as were asked for, above the limit by two operators, whose codes are shown once and kept nowhere, and that what is revoked is revoked to the last voucher. It never
/// waits for what waits for it: vouchers tell of their redemption elsewhere.
/// </summary>
public sealed partial class VoucherCampaignGrain(
    [PersistentState("voucher-campaign", StorageNames.State)] IPersistentState<StoredCampaign> state,
    VoucherCodes codes,
    IOptions<BillingOptions> options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider clock,
    ILogger<VoucherCampaignGrain> logger) : Grain, IVoucherCampaignGrain, IRemindable
{
    private const string RevokeReminder = "revoke";
    private const int AtOnce = 50;
    private static readonly TimeSpan soon = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan shownFor = TimeSpan.FromMinutes(5);

    // In this memory alone, for the repetition of a command whose answer was lost.
    private (string[] Codes, long At)? shown;

    private string Region => this.GetPrimaryKeyString().Split('/')[0];

    private string Id => this.GetPrimaryKeyString().Split('/')[1];

    private StoredCampaign Stored => state.State;

    public async Task<CampaignReply> Create(CreateCampaign command)
    {
        if (!codes.AreSetUp) return new CampaignReply(CampaignResult.NotSetUp, null, []);
        Check(command);
        command = command with { From = command.From.ToMilliseconds(), Until = command.Until.ToMilliseconds() };
        if (state.RecordExists && !Stored.IsOf(command)) return new CampaignReply(CampaignResult.OperationReused, null, []);
        if (!state.RecordExists && options.Value.NeedsApproval(command.Currency, (Int128)command.Amount.Micros * command.Count))
        {
            if (!command.HasOwnKey) return new CampaignReply(CampaignResult.OwnKeyRequired, null, []);
            await Campaigns.AddCampaign(Id);
            await Store(StoredCampaign.Of(command, clock.Now(), []) with { Asked = command.Count, AwaitsApproval = true });
            Asked(Region, Id, command.Count, $"{command.Amount} {command.Currency}", command.By);
        }
        if (Stored.AwaitsApproval) return new CampaignReply(CampaignResult.AwaitingApproval, await View(), []);
        // Who approves sees no codes: that would be one operator with both keys.
        if (Stored.ApprovedBy is not null && !IsCreator(command.By)) return new CampaignReply(CampaignResult.OperationReused, null, []);
        // What was cut off begins anew: nobody has seen the codes of before.
        if (!state.RecordExists || Stored is { IsIssued: false, Revocation: null }) await Issue(command);
        return new CampaignReply(CampaignResult.Created, await View(), Shown());
    }

    public async Task<CampaignReply> Approve(ActingOperator by)
    {
        if (!Stored.AwaitsApproval)
            return Stored.ApprovedBy is null ? new CampaignReply(CampaignResult.Unknown, null, []) : new CampaignReply(CampaignResult.Created, await View(), []);
        if (!by.HasOwnKey) return new CampaignReply(CampaignResult.OwnKeyRequired, null, []);
        if (IsCreator(by.Name)) return new CampaignReply(CampaignResult.SameOperator, null, []);
        await Store(Stored with { AwaitsApproval = false, ApprovedBy = by.Name });
        Approved(Region, Id, by.Name);
        return new CampaignReply(CampaignResult.Created, await View(), []);
    }

    public async Task<CampaignView?> Find()
    {
        await state.ReadStateAsync(); // a person gets no answer from an activation that was replaced
        return state.RecordExists ? await View() : null;
    }

    public async Task<RedemptionView[]> Redemptions() =>
        [.. (await Tally.Read()).Select(redeemed => new RedemptionView(redeemed.Tenant, redeemed.Voucher, DateTimeOffset.FromUnixTimeMilliseconds(redeemed.AtMilliseconds)))];

    public async Task<bool> Revoke(string by, string reason)
    {
        if (!state.RecordExists) return false;
        if (Stored.Revocation is null)
        {
            await this.RegisterOrUpdateReminder(RevokeReminder, soon, soon);
            await Store(Stored with { AwaitsApproval = false, Revocation = new StoredRevocation(by, reason, clock.Now().ToUnixTimeMilliseconds()) });
            Revoked(Region, Id, by, reason);
        }
        await TakeBack();
        return true;
    }

    public async Task<bool> RevokeVoucher(RevokeVoucher command)
    {
        var name = command.Code is { } typed
            ? VoucherCode.Read(typed) is { } code && codes.AreSetUp ? codes.NameOf(Region, code) : null
            : Stored.Vouchers.FirstOrDefault(name => VoucherGrain.LotOf(name) == command.Voucher);
        if (name is null || !Stored.Vouchers.Contains(name)) return false;
        await Voucher(name).Revoke(command.By, command.Reason);
        VoucherRevoked(VoucherGrain.LotOf(name), Region, Id, command.By, command.Reason);
        if (!Stored.Withdrawn.Contains(name)) await Store(Stored with { Withdrawn = Stored.Withdrawn.Add(name) });
        return true;
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => Stored.Revocation is null ? EndReminder() : TakeBack();

    private static void Check(CreateCampaign command)
    {
        _ = StoredVoucher.Of("", command).Terms().Checked();
        if (string.IsNullOrWhiteSpace(command.Name) || command.Name.Length > 100) throw new ArgumentException("A campaign has a name of 1 to 100 characters.", nameof(command));
        if (command.Count is < 1 or > CreateCampaign.MostVouchers)
            throw new ArgumentException($"A campaign has 1 to {CreateCampaign.MostVouchers} vouchers, not {command.Count}.", nameof(command));
    }

    private bool IsCreator(string name) => string.Equals(Stored.CreatedBy, name, StringComparison.OrdinalIgnoreCase);

    private async Task Issue(CreateCampaign command)
    {
        var made = VoucherCodes.New(command.Count);
        // Before it is stored: a campaign that nobody lists must not be.
        await Campaigns.AddCampaign(Id);
        var campaign = state.RecordExists ? Stored : StoredCampaign.Of(command, clock.Now(), []);
        await Store(campaign with { Vouchers = [.. made.Select(code => codes.NameOf(Region, code))] });
        foreach (var some in Stored.Vouchers.Chunk(AtOnce))
            if (!(await Task.WhenAll(some.Select(name => Voucher(name).Issue(Id, command)))).All(issued => issued))
                throw new InvalidOperationException("A code was made that another campaign has; the next attempt makes others.");
        await Store(Stored with { IsIssued = true });
        shown = (made, TimeProvider.System.GetTimestamp());
        Created(Region, Id, command.Count, $"{command.Amount} {command.Currency}", command.By);
    }

    private string[] Shown()
    {
        if (shown is { } known && TimeProvider.System.GetElapsedTime(known.At) < shownFor) return known.Codes;
        shown = null;
        return [];
    }

    private async Task TakeBack()
    {
        if (!Stored.IsTakenBack)
        {
            var (by, reason, _) = Stored.Revocation!;
            foreach (var some in Stored.Vouchers.Chunk(AtOnce)) await Task.WhenAll(some.Select(name => Voucher(name).Revoke(by, reason)));
            await Store(Stored with { IsTakenBack = true });
        }
        await EndReminder();
    }

    private async Task<CampaignView> View() => Stored.ToView(Id, (await Tally.Read()).Length);

    private IVoucherIndexGrain Campaigns => GrainFactory.GetGrain<IVoucherIndexGrain>(Region);

    private IVoucherTallyGrain Tally => GrainFactory.GetGrain<IVoucherTallyGrain>(this.GetPrimaryKeyString());

    private IVoucherGrain Voucher(string name) => GrainFactory.GetGrain<IVoucherGrain>($"{Region}/{name}");

    private async Task EndReminder()
    {
        if (await this.GetReminder(RevokeReminder) is { } reminder) await this.UnregisterReminder(reminder);
    }

    /// <summary>The only place that writes.</summary>
    private Task Store(StoredCampaign next) => state.Replace(next, otherwise: DeactivateOnIdle);

    [LoggerMessage(1, LogLevel.Information, "Campaign {Region}/{Campaign} of {Count} vouchers of {Worth} is made by {By}.")]
    private partial void Created(string region, string campaign, int count, string worth, string by);

    [LoggerMessage(4, LogLevel.Warning, "Campaign {Region}/{Campaign} of {Count} vouchers of {Worth}, asked for by {By}, waits for a second operator.")]
    private partial void Asked(string region, string campaign, int count, string worth, string by);

    [LoggerMessage(5, LogLevel.Warning, "Campaign {Region}/{Campaign} is approved by {By}.")]
    private partial void Approved(string region, string campaign, string by);

    [LoggerMessage(2, LogLevel.Information, "Campaign {Region}/{Campaign} is revoked by {By}: {Reason}")]
    private partial void Revoked(string region, string campaign, string by, string reason);

    [LoggerMessage(3, LogLevel.Information, "{Voucher} of campaign {Region}/{Campaign} is revoked by {By}: {Reason}")]
    private partial void VoucherRevoked(string voucher, string region, string campaign, string by, string reason);
}
