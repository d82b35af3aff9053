using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Contracts.Notices;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Metering;
using OrleansBilling.Domain.Money;
using OrleansBilling.Domain.Plans;
using OrleansBilling.Grains.Notices;

namespace OrleansBilling.Grains.Ledger;

/// <summary>The short lists inside a ledger row, as JSON lists of lists, which both databases can read too.</summary>
internal static class LedgerText
{
    /// <summary>Put together without the serializer when it is a charge of the top-up part alone, as almost all are; payments too.</summary>
    public static string Of(ImmutableArray<LedgerLine> lines) => lines is [{ Lot: CreditLot.TopUp } only]
        ? string.Create(CultureInfo.InvariantCulture, $$"""[{"lot":"{{CreditLot.TopUp}}","kind":{{(int)only.Kind}},"micros":{{only.Change.Micros}}}]""")
        : JsonSerializer.Serialize([.. lines.Select(line => new Line(line.Lot, (int)line.Kind, line.Change.Micros))], LedgerJson.Default.LineArray);

    public static ImmutableArray<LedgerLine> Lines(string text) =>
        [.. JsonSerializer.Deserialize(text, LedgerJson.Default.LineArray)!.Select(line => new LedgerLine(line.Lot, (CreditKind)line.Kind, new Amount(line.Micros)))];

    /// <summary>Put together without the serializer: every charge says it three times.</summary>
    public static string Of(ImmutableArray<PricedSeconds> priced)
    {
        if (priced is [{ Rate.IsRate: false } only]) return string.Create(CultureInfo.InvariantCulture, $"[[{only.Version},{only.Price.MicrosPerHour},{only.Seconds}]]");
        var text = new StringBuilder("[");
        foreach (var part in priced)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(text.Length > 1 ? "," : "")}[{part.Version},{part.Price.MicrosPerHour},{part.Seconds}");
            if (part.Rate.IsRate) text.Append(CultureInfo.InvariantCulture, $",{part.RateVersion},{part.Rate.Picos}");
            text.Append(']');
        }
        return text.Append(']').ToString();
    }

    public static ImmutableArray<PricedSeconds> Priced(string text) =>
        Priced(JsonSerializer.Deserialize(text, LedgerJson.Default.Int64ArrayArray)!);

    private static ImmutableArray<PricedSeconds> Priced(ReadOnlySpan<long[]> parts)
    {
        var priced = ImmutableArray.CreateBuilder<PricedSeconds>(parts.Length);
        foreach (var part in parts)
            priced.Add(part.Length == 5
                ? new PricedSeconds((int)part[0], new HourlyPrice(part[1]), part[2], (int)part[3], new ExchangeRate(part[4]))
                : new PricedSeconds((int)part[0], new HourlyPrice(part[1]), part[2]));
        return priced.MoveToImmutable();
    }

    /// <summary>Seconds of which only the sum is kept come first, as a list of four: how many, their check, and in two halves what they cost exactly.</summary>
    public static string Of(Usage usage)
    {
        var priced = Of(usage.Priced);
        if (usage.Folded is not { IsNone: false } folded) return priced;
        var (high, low) = unchecked(((long)(folded.Exact >> 64), (long)folded.Exact));
        return string.Create(CultureInfo.InvariantCulture, $"[[{folded.Seconds},{folded.Check},{high},{low}],{priced.AsSpan(1)}");
    }

    public static PricedSecondsView[] ViewsOf(ImmutableArray<PricedSeconds> priced) => [.. priced.Select(part => part.Rate.IsRate
        ? new PricedSecondsView(part.Version, part.Price, part.Seconds, part.RateVersion, part.Rate)
        : new PricedSecondsView(part.Version, part.Price, part.Seconds))];

    /// <summary>Most VMs were last read when they were first Running: all share one that says nothing yet.</summary>
    public static Usage UsageOf(TimeSpan time, string text)
    {
        if (time == TimeSpan.Zero && text == "[]") return Usage.None;
        var parts = JsonSerializer.Deserialize(text, LedgerJson.Default.Int64ArrayArray)!;
        return parts is [{ Length: 4 } sum, ..]
            ? new Usage(time, Priced(parts.AsSpan(1)), new FoldedSeconds(sum[0], unchecked(new Int128((ulong)sum[2], (ulong)sum[3])), sum[1]))
            : new Usage(time, Priced(parts));
    }

    public static string Of(ImmutableArray<LotPayment> paidBy) => paidBy is [{ Lot: CreditLot.TopUp } only]
        ? string.Create(CultureInfo.InvariantCulture, $$"""[{"lot":"{{CreditLot.TopUp}}","micros":{{only.Amount.Micros}}}]""")
        : JsonSerializer.Serialize([.. paidBy.Select(part => new Payment(part.Lot, part.Amount.Micros))], LedgerJson.Default.PaymentArray);

    public static ImmutableArray<LotPayment> PaidBy(string text) =>
        [.. JsonSerializer.Deserialize(text, LedgerJson.Default.PaymentArray)!.Select(part => new LotPayment(part.Lot, new Amount(part.Micros)))];

    public static string Of(IReadOnlyList<DeliveryAnswer> answers) =>
        JsonSerializer.Serialize([.. answers.Select(answer => new Answered(answer.At.ToUnixTimeMilliseconds(), answer.Answer))], LedgerJson.Default.AnsweredArray);

    public static DeliveryAnswer[] Answers(string text) =>
        [.. JsonSerializer.Deserialize(text, LedgerJson.Default.AnsweredArray)!.Select(answer => new DeliveryAnswer(DateTimeOffset.FromUnixTimeMilliseconds(answer.At), answer.Answer))];

    public static string Of(IReadOnlyList<WebhookSecret> secrets) =>
        JsonSerializer.Serialize([.. secrets.Select(secret => new Secret(secret.Secret, secret.Until?.ToUnixTimeMilliseconds()))], LedgerJson.Default.SecretArray);

    public static WebhookSecret[] Secrets(string text) =>
        [.. JsonSerializer.Deserialize(text, LedgerJson.Default.SecretArray)!.Select(secret => new WebhookSecret(secret.Value, secret.Until is { } until ? DateTimeOffset.FromUnixTimeMilliseconds(until) : null))];

    public static string Of(ImmutableArray<OwnPrice> prices) =>
        JsonSerializer.Serialize([.. prices.Select(own => new Own(own.Package, own.Price.MicrosPerHour))], LedgerJson.Default.OwnArray);

    public static ImmutableArray<OwnPrice> OwnPrices(string text) =>
        [.. JsonSerializer.Deserialize(text, LedgerJson.Default.OwnArray)!.Select(own => new OwnPrice(own.Package, new HourlyPrice(own.MicrosPerHour)))];

    public static string Of(ImmutableArray<PlanChange> changes) =>
        JsonSerializer.Serialize([.. changes.Select(change => new Changed(change.Operation, change.At.ToUnixTimeMilliseconds(), change.By, change.Paid.Micros, change.Note))], LedgerJson.Default.ChangedArray);

    public static ImmutableArray<PlanChange> PlanChanges(string text) => [.. JsonSerializer.Deserialize(text, LedgerJson.Default.ChangedArray)!.Select(change =>
        new PlanChange(change.Operation, DateTimeOffset.FromUnixTimeMilliseconds(change.AtMs), change.By, new Amount(change.PaidMicros), change.Note))];

    public static string Of(ImmutableArray<string> texts) => JsonSerializer.Serialize([.. texts], LedgerJson.Default.StringArray);

    public static ImmutableArray<string> Texts(string text) => [.. JsonSerializer.Deserialize(text, LedgerJson.Default.StringArray)!];
}

internal sealed record Line(string Lot, int Kind, long Micros);

internal sealed record Answered(long At, string Answer);

internal sealed record Secret(string Value, long? Until);

internal sealed record Payment(string Lot, long Micros);

internal sealed record Own(string Package, long MicrosPerHour);

internal sealed record Changed(string Operation, long AtMs, string By, long PaidMicros, string Note);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Line[]))]
[JsonSerializable(typeof(Payment[]))]
[JsonSerializable(typeof(Own[]))]
[JsonSerializable(typeof(Changed[]))]
[JsonSerializable(typeof(Answered[]))]
[JsonSerializable(typeof(Secret[]))]
[JsonSerializable(typeof(long[][]))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class LedgerJson : JsonSerializerContext;
