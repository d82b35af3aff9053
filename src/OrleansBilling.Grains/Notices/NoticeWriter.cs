using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansBilling.Contracts;
using OrleansBilling.Contracts.Balances;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Grains.Notices;

/// <summary>Writes notices for a tenant: in its language, or the region's, and by the clocks of the region.</summary>
public sealed partial class NoticeWriter(IOptions<BillingOptions> options, ILogger<NoticeWriter> logger)
{
    private readonly Dictionary<string, TimeZoneInfo> zones = options.Value.Regions.ToDictionary(region => region.Key, region => ZoneOf(region.Value.TimeZone, logger));

    /// <summary>The notice with its words.</summary>
    public NoticeView Write(NoticeView notice, BalanceId balance, NoticeSettings settings, Currency? currency)
    {
        var text = NoticeCatalogue.Write(notice, LanguageOf(balance, settings), notice.Currency ?? currency, zones.GetValueOrDefault(balance.Region, TimeZoneInfo.Utc));
        return notice with { Title = text.Title, Text = text.Text };
    }

    internal NoticeLanguage LanguageOf(BalanceId balance, NoticeSettings settings) =>
        NoticeLanguage.Find(settings.Language) ?? NoticeLanguage.Find(options.Value.Regions.GetValueOrDefault(balance.Region)?.Language) ?? NoticeLanguage.English;

    private static TimeZoneInfo ZoneOf(string name, ILogger logger)
    {
        if (TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)) return zone;
        UnknownZone(logger, name); // a machine without a list of time zones; each instant says how far it is from UTC
        return TimeZoneInfo.Utc;
    }

    [LoggerMessage(1, LogLevel.Warning, "This machine does not know the time zone {Zone}: notices say instants in UTC.")]
    private static partial void UnknownZone(ILogger logger, string zone);
}
