using Microsoft.Extensions.Hosting;

namespace OrleansBilling.Portal;

/// <summary>
/// What exists in development only: a sign-in without proof and money without payment. Settings <c>SignIn:Development</c> and
/// <c>Payments:Development</c>: on by default in the environment Development, where they can be switched off; never on elsewhere.
/// </summary>
internal sealed class DevelopmentFeatures(IConfiguration configuration, IHostEnvironment environment)
{
    public bool SignIn { get; } = IsOn("SignIn:Development", configuration, environment);

    public bool Payments { get; } = IsOn("Payments:Development", configuration, environment);

    private static bool IsOn(string setting, IConfiguration configuration, IHostEnvironment environment)
    {
        var wanted = configuration.GetValue<bool?>(setting);
        if (wanted == true && !environment.IsDevelopment())
            throw new InvalidOperationException($"{setting} is true, but the environment is {environment.EnvironmentName}: it is for Development only.");
        return wanted ?? environment.IsDevelopment();
    }
}
