using System.Diagnostics;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.Extensions.Hosting;
using OrleansBilling.EndToEnd.Tests.Faults.Guards;
using OrleansBilling.EndToEnd.Tests.Processes;

/// <summary>
/// What .NET runs in a process before its own program when <c>DOTNET_STARTUP_HOOKS</c> names this assembly: the runtime asks for this
/// name and this method. So a silo can be given a component without a guard, one that stands still, or one that does not end, and the product has no switch for it.
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
            : Environment.GetEnvironmentVariable(NeverStopped.Variable) is not null ? services => services.AddHostedService<NeverStopped>()
            : null;
        if (change is null) return;
        // The product looks at the attributes of every assembly, and this one's are of a test runner that it does not have.
        AssemblyLoadContext.Default.Resolving += BesideThis;
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

    private static Assembly? BesideThis(AssemblyLoadContext context, AssemblyName name) =>
        Path.Combine(Path.GetDirectoryName(typeof(StartupHook).Assembly.Location)!, $"{name.Name}.dll") is var file && File.Exists(file) ? context.LoadFromAssemblyPath(file) : null;

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
