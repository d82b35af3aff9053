using System.Globalization;

namespace OrleansBilling.Host.Settings;

/// <summary>Where telemetry goes, and how much of it.</summary>
/// <param name="Otlp">The base address of a collector that takes OTLP over HTTP, as protobuf.</param>
/// <param name="Traces">Which part of the traces that begin here is recorded, from 0 to 1.</param>
internal sealed record TelemetrySettings(Uri Otlp, double Traces)
{
    public static TelemetrySettings? Read(IConfiguration configuration)
    {
        var traces = double.TryParse(configuration["Telemetry:Traces"] ?? "1", NumberStyles.Float, CultureInfo.InvariantCulture, out var part) && part is >= 0 and <= 1
            ? part
            : throw new SettingException("Telemetry:Traces", configuration["Telemetry:Traces"], "a number from 0 to 1");
        if (configuration.Text("Telemetry:Otlp") is not { } text) return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            ? new TelemetrySettings(address, traces)
            : throw new SettingException("Telemetry:Otlp", text, "the address of a collector, like http://collector:4318");
    }
}
