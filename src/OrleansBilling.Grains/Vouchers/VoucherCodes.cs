using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using OrleansBilling.Domain.Credits;

namespace OrleansBilling.Grains.Vouchers;

/// <summary>
/// Makes codes, and names vouchers by them without keeping them. There are few enough codes (about 2⁵¹) to try them all against a stolen
/// table of plain hashes; so the hash is keyed, and the key is not where the table is.
/// </summary>
public sealed class VoucherCodes(IOptions<BillingOptions> options)
{
    private const int Kept = 32; // hexadecimal digits: 128 bits, far more than are needed to tell codes apart

    private readonly byte[] key = Encoding.UTF8.GetBytes(options.Value.Vouchers.Key);

    public bool AreSetUp => key.Length > 0;

    /// <summary>New codes, each different from the others: every character as likely as any other, and none foreseeable.</summary>
    public static string[] New(int count)
    {
        var made = new HashSet<string>(count);
        while (made.Count < count) made.Add(RandomNumberGenerator.GetString(VoucherCode.Alphabet, VoucherCode.Length));
        return [.. made];
    }

    /// <summary>The name of the voucher with a code. A code of one region is none of another.</summary>
    public string NameOf(string region, string code) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{region}\n{code}")))[..Kept];
}
