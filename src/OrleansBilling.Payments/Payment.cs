using OrleansBilling.Domain.Money;

namespace OrleansBilling.Payments;

/// <summary>A payment that a tenant asked for, stored before a gateway hears of it. Everything sent to the gateway follows from it, so that a repetition is the same.</summary>
/// <param name="Id">Made by us, and known to the gateway from the beginning: 1 to 64 letters, digits, <c>-</c> and <c>_</c>.</param>
/// <param name="Currency">The currency of the balance.</param>
/// <param name="Amount">Above zero.</param>
public sealed record Payment(string Id, Currency Currency, Amount Amount)
{
    /// <summary>When it was made, in real time: gateways compare it with their clocks.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the gateway's page closes. A success that arrives later is credited all the same.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Our page to which the browser comes back. It displays the payment by its id in the path, and believes nothing in the query.</summary>
    public Uri? ReturnTo { get; init; }

    /// <summary>The payer's IP address, which VNPAY wants to know.</summary>
    public string PayerAddress { get; init; } = "127.0.0.1";

    /// <summary>The payer's language, as <c>vi</c>, <c>en</c> or <c>ja</c>.</summary>
    public string Language { get; init; } = "en";

    /// <summary>Whether a text can be a payment's id.</summary>
    public static bool IsId(string? text) =>
        text is { Length: >= 1 and <= 64 } && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');
}

/// <summary>Where the payer pays.</summary>
/// <param name="Reference">The gateway's own name for what it began: a session, an order.</param>
/// <param name="Address">Where the browser goes; null when nobody needs to go anywhere.</param>
public sealed record PaymentPage(string Reference, Uri? Address);

/// <summary>The gateway answered, and not as its protocol has it.</summary>
public sealed class GatewayException(string message, Exception? inner = null) : Exception(message, inner);
