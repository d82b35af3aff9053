using Microsoft.Extensions.DependencyInjection;
using OrleansBilling.Grains.Machines;

namespace OrleansBilling.Cluster.Tests.Support;

internal static class ServicesForTests
{
    public static void AddPlatform(this IServiceCollection services, IMachinePlatform platform) => services.AddSingleton(platform);

    public static void AddFilter(this IServiceCollection services, IIncomingGrainCallFilter filter) => services.AddSingleton(filter);
}
