using OrleansBilling.Grains.Verification;
using OrleansBilling.Host.Cluster;
using OrleansBilling.Host.Settings;
using OrleansBilling.Host.Storage;

namespace OrleansBilling.Host.Verify;

/// <summary>
/// <c>verify [--region CODE] [--tenant ID]</c>: recomputes what must never be wrong from the ledger and the status histories, beside
/// running silos or without any, and prints a row an invariant. Changes nothing. Exit code 0: all holds; 1: something does not; 2: it
/// could not be read.
/// </summary>
internal static class VerifyCommand
{
    public const string Name = "verify";

    public static async Task<int> Run(string[] args)
    {
        try
        {
            // The rows alone are its output.
            var builder = Node.Begin(args);
            builder.Logging.ClearProviders();
            var settings = new HostSettings(builder.Configuration, builder.Environment);
            var storage = NodeStorage.Of(settings);
            await storage.MustExist();
            ClusterNode.AddSilo(builder, settings, storage, TimeProvider.System);
            await using var silo = builder.Build(); // never started
            await StorageAlone.Start(silo.Services);

            // From the command line only: variables of the environment may have the same short names.
            var narrowed = new ConfigurationBuilder().AddCommandLine(args).Build();
            var verification = silo.Services.GetRequiredService<LedgerVerification>();
            var report = new VerificationReport();
            await foreach (var balance in verification.Balances(narrowed["region"], narrowed["tenant"])) report.Add(await verification.Verify(balance));
            if (report.Balances == 0 && (narrowed["region"] ?? narrowed["tenant"]) is not null) throw new SettingException("--region or --tenant", $"{narrowed["region"]} {narrowed["tenant"]}".Trim(), "one that has a balance");
            foreach (var row in report.Rows()) Console.WriteLine(row);
            return report.Verifies ? 0 : 1;
        }
#pragma warning disable CA1031 // whatever it was, nothing is known of the ledger
        catch (Exception unreadable)
#pragma warning restore CA1031
        {
            Console.Error.WriteLine($"Could not verify: {unreadable.Message}");
            return 2;
        }
    }
}
