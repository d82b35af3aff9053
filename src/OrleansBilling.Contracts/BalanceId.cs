using System.Text.RegularExpressions;

namespace OrleansBilling.Contracts;

/// <summary>Names one balance: a tenant in its region. Nothing is ever shared between two of them (policy 1.1).</summary>
[GenerateSerializer, Immutable, Alias("balance-id")]
public readonly partial record struct BalanceId
{
    /// <param name="region">A region's code: 2–16 lower-case letters and digits, e.g. <c>vn</c>.</param>
    /// <param name="tenant">A tenant's id: 1–64 letters, digits, <c>-</c> and <c>_</c>.</param>
    /// <exception cref="ArgumentException">Either is not of that form.</exception>
    public BalanceId(string region, string tenant)
    {
        if (!RegionForm().IsMatch(region)) throw new ArgumentException($"'{region}' is not the code of a region.", nameof(region));
        if (!IdForm().IsMatch(tenant)) throw new ArgumentException($"'{tenant}' is not the id of a tenant.", nameof(tenant));
        (Region, Tenant) = (region, tenant);
    }

    /// <summary>The region's code.</summary>
    [Id(0)] public string Region { get; init; }

    /// <summary>The tenant's id, unique within the region.</summary>
    [Id(1)] public string Tenant { get; init; }

    /// <summary><c>region/tenant</c>.</summary>
    public override string ToString() => $"{Region}/{Tenant}";

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <exception cref="ArgumentException">The text is not of that form.</exception>
    public static BalanceId Parse(string key) =>
        key.Split('/') is [var region, var tenant] ? new(region, tenant) : throw new ArgumentException($"'{key}' does not name a balance.", nameof(key));

    /// <summary>Whether a text can be the id of a VM, a lot or an operation: 1–64 letters, digits, <c>-</c> and <c>_</c>, or <c>.</c> within.</summary>
    public static bool IsId(string? text) => text is not null && IdForm().IsMatch(text);

    [GeneratedRegex("^[a-z0-9]{2,16}$", RegexOptions.CultureInvariant)]
    private static partial Regex RegionForm();

    [GeneratedRegex("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$", RegexOptions.CultureInvariant)]
    private static partial Regex IdForm();
}
