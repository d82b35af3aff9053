using OrleansBilling.Domain.Balances;
using OrleansBilling.Grains;

namespace OrleansBilling.Host.Settings;

/// <summary>What the grains go by: regions, policy, repetitions.</summary>
internal static class SiloSettings
{
    /// <summary>Read and checked before anything starts.</summary>
    public static void Bind(ConfigurationManager configuration, BillingOptions options)
    {
        try
        {
            configuration.GetSection("Regions").Bind(options.Regions);
            configuration.GetSection("Silo").Bind(options);
            configuration.GetSection("Vouchers").Bind(options.Vouchers);
            configuration.GetSection("Notices").Bind(options.Notices);
            configuration.GetSection("Adjustments:ApprovalAbove").Bind(options.ApprovalAbove);
            var policy = configuration.GetSection("Policy");
            options.Policy = (policy.Get<BillingPolicy>() ?? new BillingPolicy()) with
            {
                // Lists that are given replace the defaults; the binder would add to them.
                DeletionWarnings = Times(policy, nameof(BillingPolicy.DeletionWarnings)) ?? new BillingPolicy().DeletionWarnings,
                RunwayWarnings = Times(policy, nameof(BillingPolicy.RunwayWarnings)) ?? new BillingPolicy().RunwayWarnings,
                ExpiryWarnings = Times(policy, nameof(BillingPolicy.ExpiryWarnings)) ?? new BillingPolicy().ExpiryWarnings,
            };
            options.Checked();
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or ArgumentException or FormatException)
        {
            throw new SettingException("Policy, Regions, Silo, Vouchers, Notices or Adjustments", null, $"values in their range ({wrong.Message})");
        }
    }

    private static TimeSpan[]? Times(IConfiguration policy, string name) => policy.GetSection(name).Get<TimeSpan[]>()?.OrderDescending().ToArray();
}
