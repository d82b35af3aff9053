using Microsoft.AspNetCore.Connections;
using OrleansBilling.Grains.Ledger;
using OrleansBilling.Grains.Pricing;
using OrleansBilling.Host;
using OrleansBilling.Host.Cluster;
using OrleansBilling.Host.Health;
using OrleansBilling.Host.Payments;
using OrleansBilling.Host.Settings;
using OrleansBilling.Host.Storage;
using OrleansBilling.Host.Time;
using OrleansBilling.Host.Verify;

if (args is [VerifyCommand.Name, ..]) return await VerifyCommand.Run(args);
if (args is [HealthCommand.Name, ..]) return await HealthCommand.Run(args[1..]);

try
{
    if (args is [SettingsCommand.Name, ..]) return await SettingsCommand.Run(args[1..]);
    var migrate = args is ["migrate", ..];
    if (!migrate && args is [var word, ..] && !word.StartsWith('-') && !word.Contains('='))
        throw new RefusedStartException($"'{word}' is no command: expected migrate, verify, settings, health, or none, to serve.");
    var builder = Node.Begin(migrate ? args[1..] : args);
    var settings = new HostSettings(builder.Configuration, builder.Environment);
    var storage = NodeStorage.Of(settings);
    if (migrate)
    {
        var applied = await storage.Migrate();
        Console.WriteLine(applied.Count == 0 ? "Nothing was missing." : $"Applied {string.Join(", ", applied)}.");
        return 0;
    }

    await using var fakePayments = await FakePayments.Start(builder.Configuration, settings);
    if (settings.HasSilo)
    {
        SiloPorts.MustBeFree(settings.Cluster);
        await storage.Prepare();
        // Silos that share a database must be given theirs: they would each make another.
        if (settings.Database is null && string.IsNullOrEmpty(builder.Configuration["Vouchers:Key"]))
            builder.Configuration["Vouchers:Key"] = KeyFile.ReadOrCreate(settings, "voucher-key");
    }
    if (settings.HasPortal)
    {
        DataFolder.Make("Data:Folder", settings.DataFolder);
        DataFolder.Make("Data:KeysFolder", settings.KeysFolder);
        if (string.IsNullOrEmpty(builder.Configuration["Operators:Key"]) && !builder.Configuration.GetSection("Operators:Keys").GetChildren().Any())
            builder.Configuration["Operators:Key"] = KeyFile.ReadOrCreate(settings, "operator-key");
    }

    var app = Node.Build(builder, settings, storage, settings.HasSilo ? BusinessClock.For(settings) : TimeProvider.System);
    EndInTime.Promise(settings.ShutdownTimeout, app.Lifetime.ApplicationStopping);
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
