using System.Security.Cryptography;
using System.Text;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Notices;
using OrleansBilling.Domain.Balances;

namespace OrleansBilling.Grains.Notices;

/// <summary>A delivery to be written with its notice. Its id follows from what makes it unique, so it is one however often it is written (E11).</summary>
public sealed record Delivery(string Id, string Notice, DeliveryChannel Channel, string Recipient)
{
    /// <summary>All deliveries of a notice; the one to the endpoint is written if the tenant has one.</summary>
    /// <param name="balance">Whose.</param>
    /// <param name="notice">The notice.</param>
    /// <param name="email">The tenant's own address; empty: none.</param>
    /// <param name="recipients">The others.</param>
    public static IEnumerable<Delivery> Of(BalanceId balance, Notice notice, string email, IEnumerable<string> recipients)
    {
        foreach (var address in recipients.Prepend(email).Where(address => address.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase))
            yield return To(balance, notice, DeliveryChannel.Email, address);
        yield return To(balance, notice, DeliveryChannel.Webhook, "");
    }

    private static Delivery To(BalanceId balance, Notice notice, DeliveryChannel channel, string recipient)
    {
        var key = SHA256.HashData(Encoding.UTF8.GetBytes($"{balance}\n{notice.Id}\n{channel}\n{recipient}"));
        return new Delivery($"msg_{Convert.ToHexStringLower(key)[..32]}", notice.Id, channel, recipient);
    }
}
