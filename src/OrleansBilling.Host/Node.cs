using Microsoft.AspNetCore.DataProtection;
using Orleans.Dashboard;
using OrleansBilling.Host.Cluster;
using OrleansBilling.Host.Health;
using OrleansBilling.Host.Settings;
using OrleansBilling.Host.Storage;
using OrleansBilling.Host.Telemetry;
using OrleansBilling.Portal;

namespace OrleansBilling.Host;

/// <summary>What a process is made of, by its role.</summary>
internal static class Node
{
    /// <summary>Where every command begins. The settings lie beside the program, the data under the folder from which it was started.</summary>
    public static WebApplicationBuilder Begin(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddSecretFiles();
        return builder;
    }

    public static WebApplication Build(WebApplicationBuilder builder, HostSettings settings, NodeStorage storage, TimeProvider clock)
    {
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = settings.ShutdownTimeout);
        if (settings.HasSilo)
        {
            PaymentSettings.Add(builder.Services, builder.Configuration);
            ClusterNode.AddSilo(builder, settings, storage, clock);
        }
        else
        {
            ClusterNode.AddClient(builder, settings, storage);
        }

        if (settings.Cluster.Tls is { } tls) builder.Services.AddHostedService(_ => new CertificateGauges(tls, TimeProvider.System));
        builder.AddHealth(settings);
        builder.AddTelemetry(settings);
        if (settings.HasPortal)
        {
            // Sign-ins survive a restart, and hold at every portal that shares the folder.
            builder.Services.AddDataProtection().SetApplicationName("OrleansBilling").PersistKeysToFileSystem(new DirectoryInfo(settings.KeysFolder));
            builder.Services.AddBillingPortal(builder.Configuration);
        }

        var app = builder.Build();
        if (settings.HasPortal)
        {
            settings.Proxies.Use(app);
            app.UseBillingPortal();
            app.MapBillingPortal();
            // It answers anyone unless its routes require a policy.
            app.MapOrleansDashboard("/dashboard").RequireAuthorization(BillingPortal.OperatorPolicy);
        }
        app.MapHealth();
        return app;
    }
}
