using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace OrleansBilling.Client;

/// <summary>Registers <see cref="IBillingClient"/>.</summary>
public static class BillingClientRegistration
{
    /// <summary>
    /// Registers <see cref="IBillingClient"/> over the cluster client that is there already: a silo in the same process brings one.
    /// </summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="configure">Changes the defaults of <see cref="BillingClientOptions"/>; a value out of range stops the start.</param>
    public static IServiceCollection AddOrleansBillingClient(
        this IServiceCollection services, Action<BillingClientOptions>? configure = null)
    {
        var options = services.AddOptions<BillingClientOptions>();
        if (configure is not null) options.Configure(configure);
        options.PostConfigure(values =>
        {
            if (values.Fault() is { } fault) throw new ArgumentException(fault, nameof(configure));
        }).ValidateOnStart();
        services.TryAddSingleton<IBillingClient, BillingClient>();
        return services;
    }

    /// <summary>
    /// Registers <see cref="IBillingClient"/> in a process without a silo, with a connection to the cluster of its own. The start of the
    /// host waits until the cluster answers, however long that takes.
    /// </summary>
    /// <param name="builder">The host.</param>
    /// <param name="connect">Says where the cluster is: cluster id, service id, clustering provider.</param>
    /// <param name="configure">Changes the defaults of <see cref="BillingClientOptions"/>; a value out of range stops the start.</param>
    public static IHostApplicationBuilder AddOrleansBillingClient(
        this IHostApplicationBuilder builder, Action<IClientBuilder> connect, Action<BillingClientOptions>? configure = null)
    {
        builder.UseOrleansClient(client =>
        {
            client.UseConnectionRetryFilter(async (_, cancellation) =>
            {
                await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
                return true;
            });
            connect(client);
        });
        builder.Services.AddOrleansBillingClient(configure);
        return builder;
    }

    /// <summary>
    /// Makes the client a node of a cluster whose silos ask for certificates (<c>Cluster:Tls</c>): it shows its own, and speaks to none but silos with
    /// one of the same authority.
    /// </summary>
    /// <param name="client">The client that is being connected.</param>
    /// <param name="certificate">The path of its certificate, in PEM.</param>
    /// <param name="key">The path of that certificate's key, in PEM.</param>
    /// <param name="authority">The path of the certificate of the cluster's authority, in PEM.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A file holds something else, the authority has not signed the certificate, or one of them is not valid now.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public static IClientBuilder UseClusterTls(this IClientBuilder client, string certificate, string key, string authority) =>
        client.UseTls(ClusterTls.Read(certificate, key, authority).Set);
}
