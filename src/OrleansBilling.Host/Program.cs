using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.DataProtection;
using Orleans.Dashboard;
using OrleansBilling.Grains.Ledger;
using OrleansBilling.Grains.Pricing;
using OrleansBilling.Host;
using OrleansBilling.Host.Cluster;
using OrleansBilling.Host.Health;
using OrleansBilling.Host.Payments;
using OrleansBilling.Host.Settings;
using OrleansBilling.Host.Storage;
using OrleansBilling.Host.Telemetry;
using OrleansBilling.Host.Time;
using OrleansBilling.Host.Verify;
using OrleansBilling.Portal;

if (args is [VerifyCommand.Name, ..]) return await VerifyCommand.Run(args);

try
{
    var migrate = args is ["migrate", ..];
    // The settings lie beside the program, the data under the folder from which it was started.
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = migrate ? args[1..] : args, ContentRootPath = AppContext.BaseDirectory });
    var settings = new HostSettings(builder.Configuration, builder.Environment);
    var storage = NodeStorage.Of(settings);
    if (migrate)
    {
        var applied = await storage.Migrate();
        Console.WriteLine(applied.Count == 0 ? "Nothing was missing." : $"Applied {string.Join(", ", applied)}.");
        return 0;
    }

    await using var fakePayments = await FakePayments.Start(builder.Configuration, settings);
    builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = settings.ShutdownTimeout);
    if (settings.HasSilo)
    {
        SiloPorts.MustBeFree(settings.Cluster);
        await storage.Prepare();
        // Silos that share a database must be given theirs: they would each make another.
        if (settings.Database is null && string.IsNullOrEmpty(builder.Configuration["Vouchers:Key"]))
            builder.Configuration["Vouchers:Key"] = KeyFile.ReadOrCreate(settings, "voucher-key");
        PaymentSettings.Add(builder.Services, builder.Configuration);
        ClusterNode.AddSilo(builder, settings, storage, BusinessClock.For(settings));
    }
    else
    {
        ClusterNode.AddClient(builder, settings, storage);
    }

    builder.AddHealth(settings);
    builder.AddTelemetry(settings);
    if (settings.HasPortal)
    {
        DataFolder.Make("Data:Folder", settings.DataFolder);
        DataFolder.Make("Data:KeysFolder", settings.KeysFolder);
        if (string.IsNullOrEmpty(builder.Configuration["Operators:Key"]) && !builder.Configuration.GetSection("Operators:Keys").GetChildren().Any())
            builder.Configuration["Operators:Key"] = KeyFile.ReadOrCreate(settings, "operator-key");
        // Sign-ins survive a restart, and hold at every portal that shares the folder.
        builder.Services.AddDataProtection().SetApplicationName("OrleansBilling").PersistKeysToFileSystem(new DirectoryInfo(settings.KeysFolder));
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
    app.MapHealth();

    app.Lifetime.ApplicationStarted.Register(() => Announcement.Write(app, settings));
    app.Lifetime.ApplicationStarted.Register(() => fakePayments.Notify(app));
    await app.RunAsync();
    return 0;
}
catch (Exception wrong) when (wrong is RefusedStartException or ClockOffException or ListCurrencyException)
{
    Console.Error.WriteLine(wrong.Message);
    return 2;
}
catch (IOException taken) when (taken.InnerException is AddressInUseException)
{
    Console.Error.WriteLine($"{taken.Message} Choose another with --urls.");
    return 2;
}
