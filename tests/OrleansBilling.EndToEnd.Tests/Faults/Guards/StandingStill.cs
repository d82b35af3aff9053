using OrleansBilling.Contracts.Balances;

namespace OrleansBilling.EndToEnd.Tests.Faults.Guards;

/// <summary>A point between what a gateway says and the answer to it.</summary>
internal enum PaymentPoint
{
    /// <summary>What it said is stored, and the ledger has not been asked.</summary>
    Stored = 1,

    /// <summary>The credit is durable, and whoever asked for it has not been told.</summary>
    Credited = 2,
}

/// <summary>Lets every payment of a silo come just so far and no further, so that the silo can be killed exactly there. Of each it leaves a file.</summary>
internal sealed class StandingStill(PaymentPoint at, string folder) : IIncomingGrainCallFilter
{
    private const string Variable = "BILLING_TEST_STAND_STILL";

    /// <summary>What a process is started with to stand still.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Variables(PaymentPoint at, string folder) =>
    [
        new("DOTNET_STARTUP_HOOKS", typeof(StandingStill).Assembly.Location),
        new(Variable, $"{at} {folder}"),
    ];

    /// <summary>In a process: as it was started; null when it goes on.</summary>
    public static StandingStill? Asked() =>
        Environment.GetEnvironmentVariable(Variable)?.Split(' ', 2) is [var point, var folder] ? new StandingStill(Enum.Parse<PaymentPoint>(point), folder) : null;

    /// <summary>How many payments stand there.</summary>
    public static int Count(PaymentPoint at, string folder) => Directory.GetFiles(folder, $"{at}-*").Length;

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        var operation = context.InterfaceMethod.Name == nameof(IBalanceGrain.TopUp) && context.Request.GetArgument(0) is TopUp { Operation: var id } && id.StartsWith("payment/", StringComparison.Ordinal) ? id : null;
        if (operation is not null && at == PaymentPoint.Stored) await Stand(operation);
        await context.Invoke();
        if (operation is not null) await Stand(operation);
    }

    private Task Stand(string operation)
    {
        File.WriteAllText(Path.Combine(folder, $"{at}-{operation.Replace('/', '-')}"), "");
        return Task.Delay(Timeout.Infinite);
    }
}
