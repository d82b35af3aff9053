using System.Globalization;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Grains.Notices;

/// <summary>
/// How a language writes amounts, instants and lengths of time. By hand, because the program carries no cultures (InvariantGlobalization),
/// and the same everywhere.
/// </summary>
public sealed class NoticeLanguage
{
    public static readonly NoticeLanguage English = new(
        "en",
        new NumberFormatInfo { NumberDecimalSeparator = ".", NumberGroupSeparator = "," },
        (text, currency) => currency switch { Currency.Usd => $"${text}", Currency.Vnd => $"₫{text}", _ => $"¥{text}" },
        "d MMM yyyy, HH:mm:ss",
        number => number == 1 ? ["1 day", "1 hour", "1 minute", "1 second"] : [$"{number} days", $"{number} hours", $"{number} minutes", $"{number} seconds"],
        between: " ");

    public static readonly NoticeLanguage Vietnamese = new(
        "vi",
        new NumberFormatInfo { NumberDecimalSeparator = ",", NumberGroupSeparator = "." },
        (text, currency) => currency switch { Currency.Usd => $"{text} US$", Currency.Vnd => $"{text} ₫", _ => $"{text} ¥" },
        "HH:mm:ss 'ngày' dd/MM/yyyy",
        number => [$"{number} ngày", $"{number} giờ", $"{number} phút", $"{number} giây"],
        between: " ");

    public static readonly NoticeLanguage Japanese = new(
        "ja",
        new NumberFormatInfo { NumberDecimalSeparator = ".", NumberGroupSeparator = "," },
        (text, currency) => currency switch { Currency.Usd => $"{text}米ドル", Currency.Vnd => $"{text}ドン", _ => $"{text}円" },
        "yyyy年M月d日 HH:mm:ss",
        number => [$"{number}日", $"{number}時間", $"{number}分", $"{number}秒"],
        between: "");

    private static readonly TimeSpan[] lengths = [TimeSpan.FromDays(1), TimeSpan.FromHours(1), TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1)];

    private readonly NumberFormatInfo numbers;
    private readonly Func<string, Currency, string> money;
    private readonly string instant;
    private readonly Func<long, string[]> units; // a number of each of the lengths
    private readonly string between;

    private NoticeLanguage(string code, NumberFormatInfo numbers, Func<string, Currency, string> money, string instant, Func<long, string[]> units, string between) =>
        (Code, this.numbers, this.money, this.instant, this.units, this.between) = (code, numbers, money, instant, units, between);

    /// <summary>All that there are.</summary>
    public static IReadOnlyList<NoticeLanguage> All { get; } = [English, Vietnamese, Japanese];

    /// <summary><c>en</c>, <c>vi</c> or <c>ja</c>.</summary>
    public string Code { get; }

    /// <summary>The language of a code; null when there is none.</summary>
    public static NoticeLanguage? Find(string? code) => All.FirstOrDefault(language => language.Code == code);

    /// <summary>
    /// In the smallest coins there are. What is left is never said to be more than it is, and what is asked for never less than is needed.
    /// </summary>
    public string Write(Amount amount, Currency? currency, bool up = false)
    {
        var places = currency is Currency.Vnd or Currency.Jpy ? 0 : 2;
        var scale = places == 0 ? 1m : 100m;
        var coins = (decimal)amount.Micros / Amount.MicrosPerUnit * scale;
        var value = (up ? decimal.Ceiling(coins) : decimal.Floor(coins)) / scale;
        var text = decimal.Abs(value).ToString($"N{places}", numbers);
        return (value < 0 ? "-" : "") + (currency is { } of ? money(text, of) : text);
    }

    /// <summary>To the second, as the clocks of a region show it, with its distance from UTC.</summary>
    public string Write(DateTimeOffset at, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(at, zone);
        var (sign, offset) = (local.Offset < TimeSpan.Zero ? "-" : "+", local.Offset.Duration());
        var minutes = offset.Minutes == 0 ? "" : $":{offset.Minutes:00}";
        return string.Create(CultureInfo.InvariantCulture, $"{local.ToString(instant, CultureInfo.InvariantCulture)} (GMT{sign}{offset.Hours}{minutes})");
    }

    /// <summary>By its two largest units; above a minute in whole ones, rounded up.</summary>
    public string Write(TimeSpan time)
    {
        var seconds = (long)Math.Ceiling(time.TotalSeconds);
        if (seconds >= 60) seconds = (seconds + 59) / 60 * 60;
        var parts = new List<string>();
        for (var i = 0; i < lengths.Length && parts.Count < 2; i++)
        {
            var (number, rest) = Math.DivRem(seconds, (long)lengths[i].TotalSeconds);
            if (number > 0) parts.Add(units(number)[i]);
            else if (parts.Count > 0) break;
            seconds = rest;
        }
        return parts.Count == 0 ? units(0)[^1] : string.Join(between, parts);
    }
}
