using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Orleans.Dashboard;
using OrleansBilling.Client;
using OrleansBilling.Host;
using OrleansBilling.Host.Health;
using OrleansBilling.Host.Storage;
using OrleansBilling.Host.Time;
using OrleansBilling.Portal;

try
{
    // The settings lie beside the program, the data under the folder from which it was started.
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    var settings = new HostSettings(builder.Configuration, builder.Environment);

    DataFolder.Make(settings.DataFolder);
    if (settings.HasSilo) DataFolder.TakeForSilo(settings);
    if (settings.HasSilo) ClusterNode.Add(builder, settings, BusinessClock.For(settings));
    if (settings.Role == HostRole.Portal) ClusterNode.ConnectClient(builder, settings);
    else builder.Services.AddOrleansBillingClient();

    builder.Services.AddHealthChecks().AddCheck<ClusterHealth>("cluster");
    if (settings.HasPortal)
    {
        if (string.IsNullOrEmpty(builder.Configuration["Operators:Key"]))
            builder.Configuration["Operators:Key"] = OperatorKeyFile.ReadOrCreate(settings);
        // Sign-ins survive a restart.
        builder.Services.AddDataProtection().SetApplicationName("OrleansBilling").PersistKeysToFileSystem(Directory.CreateDirectory(settings.FileOf("keys")));
        builder.Services.AddBillingPortal(builder.Configuration);
    }

    var app = builder.Build();
    if (settings.HasPortal)
    {
        app.UseBillingPortal();
        app.MapBillingPortal();
        // It answers anyone unless its routes require a policy.
        app.MapOrleansDashboard("/dashboard").RequireAuthorization(BillingPortal.OperatorPolicy);
    }
    app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
    app.MapHealthChecks("/health/ready");

    app.Lifetime.ApplicationStarted.Register(() => Announcement.Write(app, settings));
    await app.RunAsync();
    return 0;
}
catch (SettingException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    return 2;
}
catch (IOException taken) when (taken.InnerException is AddressInUseException)
{
    Console.Error.WriteLine($"{taken.Message} Choose another with --urls.");
    return 2;
}
