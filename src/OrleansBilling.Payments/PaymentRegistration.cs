using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrleansBilling.Payments.PayPal;
using OrleansBilling.Payments.Stripe;
using OrleansBilling.Payments.Vnpay;

namespace OrleansBilling.Payments;

/// <summary>Registers the gateways that are set up.</summary>
public static class PaymentRegistration
{
    /// <summary>
    /// Adds a <see cref="PaymentMatrix"/> and, each as an <see cref="IPaymentGateway"/>, the gateways that the settings give secrets for.
    /// Their clock is real time, also where business time runs faster: signatures age by it.
    /// </summary>
    /// <exception cref="ArgumentException">Names a setting that makes no sense.</exception>
    public static IServiceCollection AddPaymentGateways(this IServiceCollection services, IConfiguration configuration, TimeProvider? clock = null)
    {
        var options = Read(configuration).Checked();
        clock ??= TimeProvider.System;
        services.AddSingleton(options);
        services.AddSingleton<PaymentMatrix>();
        if (options.Stripe.IsSetUp)
            services.AddGateway(StripeGateway.GatewayName, options, http => new StripeGateway(http, options.Stripe));
        if (options.Vnpay.IsSetUp)
            services.AddGateway(VnpayGateway.GatewayName, options, http => new VnpayGateway(http, options.Vnpay, clock));
        if (options.PayPal.IsSetUp)
            services.AddGateway(PayPalGateway.GatewayName, options, http => new PayPalGateway(http, options.PayPal, clock));
        return services;
    }

    /// <summary>The settings as they are, unchecked.</summary>
    public static PaymentOptions Read(IConfiguration configuration)
    {
        var options = new PaymentOptions();
        configuration.GetSection("Payments").Bind(options);
        foreach (var region in configuration.GetSection("Regions").GetChildren())
            options.Regions[region.Key] = region.GetSection("Gateways").Get<Dictionary<string, string[]>>() ?? [];
        return options;
    }

    private static void AddGateway(this IServiceCollection services, string name, PaymentOptions options, Func<HttpClient, IPaymentGateway> make)
    {
        services.AddGatewayHttp(name, options.Calls);
        services.AddSingleton(provider => make(provider.GetRequiredService<IHttpClientFactory>().CreateClient(name)));
    }

    // A gateway lives as long as the process, so its connections must not: they are made anew to follow the gateway's DNS.
    private static void AddGatewayHttp(this IServiceCollection services, string name, CallOptions calls) =>
        services.AddHttpClient(name, http =>
            {
                http.Timeout = Timeout.InfiniteTimeSpan;
                http.MaxResponseContentBufferSize = 1024 * 1024;
            })
            .UseSocketsHttpHandler((handler, _) =>
            {
                handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5);
                // What carries secrets goes where the settings say, and certificates come from hosts that are pinned.
                handler.AllowAutoRedirect = false;
                handler.UseCookies = false;
            })
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .AddStandardResilienceHandler(resilience =>
            {
                resilience.AttemptTimeout.Timeout = calls.AttemptTimeout;
                resilience.TotalRequestTimeout.Timeout = calls.TotalTime;
                resilience.CircuitBreaker.SamplingDuration = TimeSpan.FromTicks(Math.Max(calls.AttemptTimeout.Ticks * 2, TimeSpan.FromSeconds(30).Ticks));
                resilience.Retry.MaxRetryAttempts = calls.Retries;
                resilience.Retry.Delay = calls.FirstPause;
                resilience.Retry.UseJitter = true;
            });
}
