using System.Text.Json;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Balances;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Grains.Notices;

/// <summary>A notice as a person reads it. Plain text: whoever puts it into HTML encodes it.</summary>
public sealed record NoticeText(string Title, string Text);

/// <summary>What every notice says in every language: the files <c>Texts/*.json</c>, in which <c>{name}</c> is a blank.</summary>
public static class NoticeCatalogue
{
    private const int LongestList = 1000; // of VMs, in characters

    private static readonly Dictionary<string, Dictionary<string, NoticeText>> texts = NoticeLanguage.All.ToDictionary(language => language.Code, language => Read(language.Code));

    /// <summary>The names of the blanks.</summary>
    public static readonly IReadOnlyList<string> Blanks = ["amount", "cure", "need", "timeLeft", "deletionAt", "endsAt", "vms", "about"];

    /// <summary>A notice in words.</summary>
    /// <param name="notice">What is told.</param>
    /// <param name="language">In which language.</param>
    /// <param name="currency">Of its amounts.</param>
    /// <param name="zone">The time zone of the region.</param>
    public static NoticeText Write(NoticeView notice, NoticeLanguage language, Currency? currency, TimeZoneInfo zone)
    {
        var values = new Dictionary<string, string?>
        {
            ["amount"] = language.Write(notice.Amount, currency),
            ["cure"] = language.Write(-notice.Amount, currency, up: true),
            ["need"] = notice.Need is { } need ? language.Write(need, currency, up: true) : null,
            ["timeLeft"] = notice.TimeLeft is { } left ? language.Write(left) : null,
            ["deletionAt"] = notice.DeletionAt is { } deletion ? language.Write(deletion, zone) : null,
            ["endsAt"] = language.Write(notice.At + (notice.TimeLeft ?? TimeSpan.Zero), zone),
            ["vms"] = Shortened(notice.Vms),
            ["about"] = notice.About,
        };
        var text = Find(language, notice.Kind, notice.Vms.Length == 0 ? "WithoutVms" : notice.DeletionAt is null ? "Held" : "");
        return new NoticeText(Fill(text.Title, values), Fill(text.Text, values));
    }

    /// <summary>The text with its blanks, in a variant of the kind where there is that variant.</summary>
    public static NoticeText Find(NoticeLanguage language, NoticeKind kind, string variant = "")
    {
        var (all, key) = (texts[language.Code], JsonNamingPolicy.CamelCase.ConvertName(kind.ToString()));
        return all.TryGetValue(key + variant, out var other) ? other : all[key];
    }

    // In one pass: what goes into a blank may look like another.
    private static string Fill(string text, Dictionary<string, string?> values)
    {
        var parts = text.Split('{', '}');
        for (var i = 1; i < parts.Length; i += 2) parts[i] = values[parts[i]] ?? "–";
        return string.Concat(parts);
    }

    /// <summary>Names of VMs, cut to what people read.</summary>
    public static string Shortened(string names) => names.Length <= LongestList ? names : $"{names[..names.LastIndexOf(", ", LongestList, StringComparison.Ordinal)]}, …";

    private static Dictionary<string, NoticeText> Read(string language)
    {
        using var file = typeof(NoticeCatalogue).Assembly.GetManifestResourceStream($"notices/{language}.json")!;
        return JsonSerializer.Deserialize<Dictionary<string, NoticeText>>(file, JsonSerializerOptions.Web)!;
    }
}
