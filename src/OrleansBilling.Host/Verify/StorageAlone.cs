using Orleans.Storage;
using OrleansBilling.Grains;

namespace OrleansBilling.Host.Verify;

/// <summary>Starts the storage of grain state and nothing else of a silo: enough to read what the grains have stored.</summary>
internal sealed class StorageAlone(ILogger<StorageAlone> logger) : LifecycleSubject(logger), ISiloLifecycle
{
    public int HighestCompletedStage => int.MinValue;

    public int LowestStoppedStage => int.MaxValue;

    public static async Task Start(IServiceProvider services)
    {
        var lifecycle = ActivatorUtilities.CreateInstance<StorageAlone>(services);
        if (services.GetRequiredKeyedService<IGrainStorage>(StorageNames.State) is ILifecycleParticipant<ISiloLifecycle> storage) storage.Participate(lifecycle);
        await lifecycle.OnStart();
    }
}
