using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using OrleansBilling.EndToEnd.Tests.Faults.Guards;

/// <summary>
/// What .NET runs in a process before its own program when <c>DOTNET_STARTUP_HOOKS</c> names this assembly: the runtime asks for this
/// name and this method. So a silo can be given a component without a guard, or one that stands still, and the product has no switch for it.
/// </summary>
#pragma warning disable CA1050, CA1812 // the runtime looks for a class without a namespace, by its name
internal sealed class StartupHook
#pragma warning restore CA1050, CA1812
{
    private const string BuildsHosts = "Microsoft.Extensions.Hosting";

    public static void Initialize()
    {
        Action<IServiceCollection>? change = Enum.TryParse<Guard>(Environment.GetEnvironmentVariable(UnguardedSilo.Variable), out var removed) ? services => UnguardedSilo.Take(removed, services)
            : StandingStill.Asked() is { } still ? services => services.AddSingleton<IIncomingGrainCallFilter>(still)
            : null;
        if (change is null) return;
        DiagnosticListener.AllListeners.Subscribe(new Observer<DiagnosticListener>(listener =>
        {
            if (listener.Name != BuildsHosts) return;
            listener.Subscribe(new Observer<KeyValuePair<string, object?>>(happens =>
            {
                // What is added here comes after all that the program has registered.
                if (happens is { Key: "HostBuilding", Value: IHostBuilder builder }) builder.ConfigureServices(change);
            }));
        }));
    }

    private sealed class Observer<T>(Action<T> next) : IObserver<T>
    {
        public void OnNext(T value) => next(value);

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}
