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

    public async Task<BillingProfileFault?> Set(BillingProfile profile)
    {
        var stored = profile.Trimmed();
        if (stored.Fault() is { } fault) return fault;
        await state.Replace(StoredBillingProfile.Of(stored), otherwise: DeactivateOnIdle);
        return null;
    }
}

/// <summary>A profile as it is stored. The kind is a number whose meaning is fixed.</summary>
public sealed class StoredBillingProfile
{
    public int Kind { get; set; }

    public string Name { get; set; } = "";

    public string Email { get; set; } = "";

    public string Address { get; set; } = "";

    public string Country { get; set; } = "";

    public string? TaxCode { get; set; }

    internal static StoredBillingProfile Of(BillingProfile profile) => new()
    {
        Kind = (int)profile.Kind, Name = profile.Name, Email = profile.Email, Address = profile.Address, Country = profile.Country, TaxCode = profile.TaxCode,
    };

    internal BillingProfile ToProfile() => new((BillingProfileKind)Kind, Name, Email, Address, Country, TaxCode);
}
