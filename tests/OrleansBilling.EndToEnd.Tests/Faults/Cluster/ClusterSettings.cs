namespace OrleansBilling.EndToEnd.Tests.Faults.Cluster;

/// <summary>The settings under which clusters are tested: the policy's steps in minutes and seconds, everything else as delivered.</summary>
internal static class ClusterSettings
{
    public const string OperatorsKey = "a-key-for-the-operators-of-this-test";
    public const long MicrosPerHour = 2_540_000;

    public static readonly TimeSpan ChargeEvery = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan DeleteAfter = TimeSpan.FromSeconds(20);

    public static readonly string[] All =
    [
        "Policy:ChargeEvery=00:01:00",
        "Policy:DeleteAfter=00:00:20",
        "Policy:RecoveryGrace=00:00:10",
        "Policy:DeletionWarnings:0=00:00:10",
        "Policy:DeletionWarnings:1=00:00:05",
        "Platform:Create=00:00:02",
        "Platform:Start=00:00:01",
        "Platform:Stop=00:00:01",
        "Platform:Reboot=00:00:01",
        "Platform:Delete=00:00:01",
        "Silo:RepeatAfter=00:00:05",
        "ShutdownTimeout=00:00:20",
        "Adjustments:ApprovalAbove:USD=1000000", // one operator does everything here
        "Payments:Minimums:USD=1",
        "SignIn:PerMinute=10000",
        "Operators:SignInsPerMinute=10000",
        $"Operators:Key={OperatorsKey}",
    ];
}
