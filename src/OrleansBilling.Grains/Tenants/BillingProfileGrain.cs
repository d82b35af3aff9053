using OrleansBilling.Contracts.Tenants;

namespace OrleansBilling.Grains.Tenants;

/// <summary>Promises that what is stored of who pays is whole, and no older than what anybody was told.</summary>
public sealed class BillingProfileGrain(
    [PersistentState("billing-profile", StorageNames.State)] IPersistentState<StoredBillingProfile> state) : Grain, IBillingProfileGrain
{
    public async Task<BillingProfile?> Find()
    {
        await state.ReadStateAsync(); // a person gets no answer from an activation that was replaced
        return state.RecordExists ? state.State.ToProfile() : null;
    }

    public async Task<BillingProfileFault?> Set(string operation, BillingProfile profile)
    {
        var next = profile.Trimmed();
        if (next.Fault() is { } fault) return fault;
        await state.ReadStateAsync(); // as in Find
        if (!state.State.Done.Contains(operation)) await state.Replace(state.State.After(operation, next), otherwise: DeactivateOnIdle);
        return null;
    }
}

/// <summary>A profile as it is stored. The kind is a number whose meaning is fixed.</summary>
public sealed class StoredBillingProfile
{
    private const int MostKept = 16;

    public int Kind { get; set; }

    public string Name { get; set; } = "";

    public string Email { get; set; } = "";

    public string Address { get; set; } = "";

    public string Country { get; set; } = "";

    public string? TaxCode { get; set; }

    /// <summary>The latest commands, the newest last: one that is repeated late must not undo another (M5).</summary>
    public string[] Done { get; set; } = [];

    internal StoredBillingProfile After(string operation, BillingProfile profile) => new()
    {
        Kind = (int)profile.Kind, Name = profile.Name, Email = profile.Email, Address = profile.Address, Country = profile.Country, TaxCode = profile.TaxCode,
        Done = [.. Done.TakeLast(MostKept - 1), operation],
    };

    internal BillingProfile ToProfile() => new((BillingProfileKind)Kind, Name, Email, Address, Country, TaxCode);
}
