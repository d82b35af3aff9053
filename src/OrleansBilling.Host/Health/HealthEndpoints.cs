using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansBilling.Host.Settings;

namespace OrleansBilling.Host.Health;

/// <summary>
/// Two questions of a supervisor. Live: does the process answer at all? If not, it must be started anew. Ready: should it be given work? If
/// not, something around it is missing, which a new start would not bring back.
/// </summary>
internal static class HealthEndpoints
{
    public static void AddHealth(this WebApplicationBuilder builder, HostSettings settings)
    {
        var health = builder.Services.AddHealthChecks().AddCheck<ClusterHealth>("cluster");
        if (!settings.HasSilo) return;
        health.AddCheck<DatabaseHealth>("database").AddCheck<MembershipHealth>("membership").AddCheck<ClockHealth>("clock").AddCheck<DriftHealth>("drift");
    }

    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { ResponseWriter = Write });
    }

    // Which of them it is, and in words what: never an exception, which may name machines and addresses.
    private static Task Write(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(
        new
        {
            status = Word(report.Status),
            checks = report.Entries.ToDictionary(check => check.Key, check => new { status = Word(check.Value.Status), description = check.Value.Description }),
        },
        context.RequestAborted);

    private static string Word(HealthStatus status) => status.ToString().ToLowerInvariant();
}
