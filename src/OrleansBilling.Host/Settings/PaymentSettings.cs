using OrleansBilling.Payments;

namespace OrleansBilling.Host.Settings;

/// <summary>The gateways of a silo, which alone has their secrets.</summary>
internal static class PaymentSettings
{
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        try
        {
            services.AddPaymentGateways(configuration);
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or ArgumentException or FormatException)
        {
            throw new SettingException("Payments", null, $"values in their range ({wrong.Message})");
        }
    }
}
