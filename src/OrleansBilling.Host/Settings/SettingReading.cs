using System.Globalization;
using System.Net;

namespace OrleansBilling.Host.Settings;

/// <summary>Reads settings of a kind within a range; anything else stops the start.</summary>
internal static class SettingReading
{
    public static int Number(this IConfiguration configuration, string name, int otherwise, int least, int most, string kind = "a number") =>
        configuration[name] is not { } text ? otherwise
        : int.TryParse(text, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
        : throw new SettingException(name, text, $"{kind} from {least} to {most}");

    public static int Port(this IConfiguration configuration, string name, int otherwise) => configuration.Number(name, otherwise, 1, 65535, "a port");

    public static TimeSpan Time(this IConfiguration configuration, string name, TimeSpan otherwise, TimeSpan least, TimeSpan most) =>
        configuration[name] is not { } text ? otherwise
        : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) && time >= least && time <= most ? time
        : throw new SettingException(name, text, $"a time from {least} to {most}");

    public static IPAddress Address(this IConfiguration configuration, string name, IPAddress otherwise) =>
        configuration[name] is not { } text ? otherwise
        : IPAddress.TryParse(text, out var address) ? address
        : throw new SettingException(name, text, "an IP address");

    /// <summary>Addresses and networks, as a list or on one line with commas; none when the setting is absent.</summary>
    public static IPNetwork[] Networks(this IConfiguration configuration, string name)
    {
        var section = configuration.GetSection(name);
        var texts = section.Value is { } line ? line.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : section.Get<string[]>() ?? [];
        return [.. texts.Select(text =>
            IPNetwork.TryParse(text, out var network) ? network
            : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : throw new SettingException(name, text, "addresses, or networks such as 10.0.8.0/24"))];
    }

    /// <summary>A text that may be absent; empty is absent, so that a variable can take back what a file says.</summary>
    public static string? Text(this IConfiguration configuration, string name) => configuration[name] is { Length: > 0 } text ? text : null;
}
