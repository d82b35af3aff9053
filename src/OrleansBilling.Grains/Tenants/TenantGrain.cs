using System.Security.Cryptography;
using System.Text;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Tenants;

namespace OrleansBilling.Grains.Tenants;

/// <summary>
/// Promises exactly one tenant a person and region, however many sign-ins race (policy 1.3). The id follows from the key, so that two
/// activations alive around a failure make the same tenant; what is stored first stays.
/// </summary>
public sealed class TenantGrain(
    [PersistentState("tenant", StorageNames.State)] IPersistentState<TenantState> state,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider clock) : Grain, ITenantGrain
{
    public async Task<TenantView> SignIn(string email)
    {
        var key = this.GetPrimaryKeyString();
        var region = key[..key.IndexOf('/', StringComparison.Ordinal)];
        var id = "t-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..20];
        // The balance first: when the second write fails, the next sign-in does both again and changes nothing.
        await GrainFactory.GetGrain<IBalanceGrain>(new BalanceId(region, id).ToString()).Open(email);
        if (!state.RecordExists)
        {
            state.State = new TenantState { Email = email, CreatedAtMilliseconds = clock.Now().ToUnixTimeMilliseconds() };
            await state.WriteStateAsync();
        }
        return new TenantView(id, region, state.State.Email, DateTimeOffset.FromUnixTimeMilliseconds(state.State.CreatedAtMilliseconds));
    }
}

/// <summary>A tenant as it is stored.</summary>
public sealed class TenantState
{
    public string Email { get; set; } = "";

    public long CreatedAtMilliseconds { get; set; }
}
