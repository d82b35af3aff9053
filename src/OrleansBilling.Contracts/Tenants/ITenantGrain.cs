namespace OrleansBilling.Contracts.Tenants;

/// <summary>The tenant of a person at one region's portal; its key is <c>region/subject</c> (policy 1.3).</summary>
[Alias("tenant")]
public interface ITenantGrain : IGrainWithStringKey
{
    /// <summary>Makes the tenant at the first successful sign-in, exactly once; later ones get the same.</summary>
    [Alias("sign-in")] Task<TenantView> SignIn(string email);
}

/// <summary>A tenant.</summary>
/// <param name="Id">Unique within the region.</param>
/// <param name="Region">Its region's code.</param>
/// <param name="Email">The address at its first sign-in.</param>
/// <param name="CreatedAt">When that was.</param>
[GenerateSerializer, Immutable, Alias("tenant-view")]
public sealed record TenantView([property: Id(0)] string Id, [property: Id(1)] string Region, [property: Id(2)] string Email, [property: Id(3)] DateTimeOffset CreatedAt)
{
    /// <summary>Its balance.</summary>
    public BalanceId Balance => new(Region, Id);
}
