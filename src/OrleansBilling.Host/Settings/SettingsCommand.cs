using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.KeyPerFile;
using Microsoft.Extensions.Options;
using OrleansBilling.Grains.Machines;
using OrleansBilling.Host.Storage;

namespace OrleansBilling.Host.Settings;

/// <summary>
/// <c>settings</c>: checks the settings that the environment, the command line and secret files give, as a start would, and prints which of
/// them are read in this role, never their values. It starts nothing and asks no database. Exit code 0: every one is read; 1: one is not, and is named;
/// 2: one cannot be.
/// </summary>
internal static class SettingsCommand
{
    public const string Name = "settings";

    private static readonly string[] readElsewhere = ["Secrets:Folder", "urls"]; // before this looks, and only when it serves

    public static async Task<int> Run(string[] args)
    {
        var builder = Node.Begin(args);
        var given = Given(builder.Configuration);
        var asked = new AskedSettings();
        ((IConfigurationBuilder)builder.Configuration).Add(asked);
        var settings = new HostSettings(builder.Configuration, builder.Environment);
        await using var app = Node.Build(builder, settings, NodeStorage.Of(settings), TimeProvider.System); // never started
        if (settings.HasSilo) _ = app.Services.GetRequiredService<IOptions<SimulatedPlatformOptions>>().Value;

        var unread = given.Where(name => !asked.Contains(name)).Except(readElsewhere, StringComparer.OrdinalIgnoreCase).ToList();
        foreach (var name in given.Except(unread)) Console.WriteLine(name);
        foreach (var name in unread) Console.Error.WriteLine($"Setting {name} is given, and nothing reads it in role {settings.Role}.");
        return unread.Count == 0 ? 0 : 1;
    }

    // Of the environment only what looks like a setting, or is one: everything else there is for others.
    private static SortedSet<string> Given(ConfigurationManager configuration)
    {
        var names = new SortedSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var provider in ((IConfigurationRoot)configuration).Providers.Where(provider => provider is EnvironmentVariablesConfigurationProvider or CommandLineConfigurationProvider or KeyPerFileConfigurationProvider))
        {
            var all = new ConfigurationRoot([provider]).AsEnumerable().Where(setting => setting.Value is not null).Select(setting => setting.Key);
            names.UnionWith(provider is EnvironmentVariablesConfigurationProvider ? all.Where(name => name.Contains(':', StringComparison.Ordinal) || name is "Role" or "ShutdownTimeout") : all);
        }
        return names;
    }
}
