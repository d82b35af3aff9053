using System.Globalization;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Orleans.Diagnostics;
using OrleansBilling.Grains.Telemetry;
using OrleansBilling.Host.Settings;

namespace OrleansBilling.Host.Telemetry;

/// <summary>Metrics, traces and logs to a collector, by OTLP. Nothing of it is there unless the settings name one.</summary>
internal static class TelemetryExport
{
    public static void AddTelemetry(this WebApplicationBuilder builder, HostSettings settings)
    {
        if (settings.Telemetry is not { } telemetry) return;
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .AddService("orleans-billing", serviceVersion: typeof(TelemetryExport).Assembly.GetName().Version?.ToString(), serviceInstanceId: NameOf(settings))
                .AddAttributes([new("billing.role", settings.Role.ToString().ToLowerInvariant()), new("billing.cluster", settings.Cluster.ClusterId)]))
            .WithMetrics(metrics => metrics
                .AddMeter(BillingMetrics.Name, "Microsoft.Orleans", "Npgsql")
                .AddAspNetCoreInstrumentation()
                .AddRuntimeInstrumentation())
            .WithTracing(traces => traces
                .AddSource(BillingMetrics.Name, ActivitySources.AllActivitySourceName, "Npgsql")
                .AddAspNetCoreInstrumentation(http => http.Filter = request => !request.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal))
                .SetSampler(new ParentBasedSampler(new BeginningSampler(telemetry.Traces))))
            .WithLogging(null, logs => logs.IncludeFormattedMessage = true)
            .UseOtlpExporter(OtlpExportProtocol.HttpProtobuf, telemetry.Otlp);
    }

    // The same after a restart on the same machine and port, unlike the silo's own name.
    private static string NameOf(HostSettings settings) =>
        string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}:{(settings.HasSilo ? settings.Cluster.SiloPort : Environment.ProcessId)}");
}
