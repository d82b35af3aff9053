using System.Globalization;

namespace OrleansBilling.Host.Health;

/// <summary>
/// <c>health</c>: asks the process beside it, which has the same settings, whether it is ready. For images that have no other program to ask
/// with. Exit code 0: it is; 1: it is not, or does not answer.
/// </summary>
internal static class HealthCommand
{
    public const string Name = "health";

    private static readonly TimeSpan patience = TimeSpan.FromSeconds(10);

    public static async Task<int> Run(string[] args)
    {
        // Where it listens, as ASP.NET Core reads it.
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables("ASPNETCORE_").AddCommandLine(args).Build();
        var given = configuration["urls"] ?? $"http://localhost:{configuration["http_ports"] ?? "5000"}";
        var listens = BindingAddress.Parse(given.Split(';')[0]);
        var host = listens.Host is "+" or "*" or "0.0.0.0" or "[::]" ? "localhost" : listens.Host;
        using var http = new HttpClient { Timeout = patience };
        try
        {
            using var answer = await http.GetAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"{listens.Scheme}://{host}:{listens.Port}/health/ready")));
            Console.WriteLine(await answer.Content.ReadAsStringAsync());
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception silent) when (silent is HttpRequestException or TaskCanceledException)
        {
            Console.Error.WriteLine(silent.Message);
            return 1;
        }
    }
}
