using System.Security.Cryptography;
using System.Text;
using OrleansBilling.Contracts;

namespace OrleansBilling.Client;

/// <summary>The keys under which grains are found. Nothing outside this assembly knows them.</summary>
internal static class GrainKeys
{
    /// <summary><c>region/tenant</c>.</summary>
    public static string Of(BalanceId balance)
    {
        ArgumentException.ThrowIfNullOrEmpty(balance.Region, nameof(balance));
        // Once more through the constructor: a BalanceId made by an initializer has not been looked at.
        return new BalanceId(balance.Region, balance.Tenant).ToString();
    }

    /// <summary><c>region/tenant/vm</c>.</summary>
    public static string Of(BalanceId balance, string vm) => $"{Of(balance)}/{Id(vm, nameof(vm))}";

    /// <summary>
    /// <c>region/subject</c>. A subject is any text, so it is named by its SHA-256: no character of it can be taken for a separator.
    /// </summary>
    public static string OfSubject(string region, string subject)
    {
        if (subject is not { Length: >= 1 and <= 200 }) throw new ArgumentException("A subject has 1 to 200 characters.", nameof(subject));
        return $"{OfRegion(region)}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(subject)))}";
    }

    /// <summary>A payment's id, in which gateways allow no more than letters, digits, <c>-</c> and <c>_</c>.</summary>
    public static string OfPayment(string payment) =>
        BalanceId.IsId(payment) && !payment.Contains('.', StringComparison.Ordinal)
            ? payment
            : throw new ArgumentException($"'{payment}' is not the id of a payment: expected 1 to 64 letters, digits, '-' or '_'.", nameof(payment));

    /// <summary><c>region/campaign</c>.</summary>
    public static string OfCampaign(string region, string campaign) => $"{OfRegion(region)}/{Id(campaign, nameof(campaign))}";

    /// <summary>The region's code.</summary>
    public static string OfRegion(string region) => new BalanceId(region ?? "", "_").Region;

    /// <summary>An id made by a caller, unchanged.</summary>
    /// <exception cref="ArgumentException">It is not of the form of an id.</exception>
    public static string Id(string id, string name) =>
        BalanceId.IsId(id) ? id : throw new ArgumentException($"'{id}' is not an id: expected 1 to 64 letters, digits, '-', '_' or '.' within.", name);
}
