namespace OrleansBilling.Domain.Balances;

/// <summary>
/// The numbers of the billing policy. All have the policy's values as defaults. Each is positive unless said otherwise.
/// </summary>
public sealed record BillingPolicy
{
    /// <summary>A VM is charged this often, from the instant at which it was first Running (policy 3.4, 5). Default 15 minutes.</summary>
    public TimeSpan ChargeEvery { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>After this long below zero without a break the VMs are deleted (policy 4.6). Default 30 minutes.</summary>
    public TimeSpan DeleteAfter { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Below the cost of so many hours a balance is low (policy 4.1). Default 1; at least 1.</summary>
    public int LowBalanceHours { get; init; } = 1;

    /// <summary>Whether the hour is estimated over every VM of the tenant or only over the one asked for (policy 4.2). Default every.</summary>
    public bool EstimateEveryVm { get; init; } = true;

    /// <summary>Whether the VMs are stopped only at a charge and not at the very instant of zero (policy 4.5). Default at the instant.</summary>
    public bool StopOnlyAtCharges { get; init; }

    /// <summary>A deletion deadline found this much later means that nobody was looking (policy 4.10). Default 60 seconds.</summary>
    public TimeSpan OverdueAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a deletion then still waits (policy 4.10). Default 5 minutes.</summary>
    public TimeSpan RecoveryGrace { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Warnings this long before a deletion, longest first (policy 4.13). Default 10 and 5 minutes.</summary>
    public IReadOnlyList<TimeSpan> DeletionWarnings { get; init; } = [TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(5)];

    /// <summary>Warnings by time left at the present burn rate, longest first (policy 4.3). Default 24 h, 6 h, 1 h, 15 min.</summary>
    public IReadOnlyList<TimeSpan> RunwayWarnings { get; init; } =
        [TimeSpan.FromHours(24), TimeSpan.FromHours(6), TimeSpan.FromHours(1), TimeSpan.FromMinutes(15)];

    /// <summary>Warnings this long before plan or voucher credit ends unused. Default 7 days and 1 day.</summary>
    public IReadOnlyList<TimeSpan> ExpiryWarnings { get; init; } = [TimeSpan.FromDays(7), TimeSpan.FromDays(1)];

    /// <summary>How far ahead of now a VM's reading may be before it is refused as a wrong clock. Default 5 seconds.</summary>
    public TimeSpan ClockTolerance { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The policy itself, when every number makes sense.</summary>
    /// <exception cref="ArgumentException">Names the number that does not.</exception>
    public BillingPolicy Checked()
    {
        if (ChargeEvery < TimeSpan.FromMinutes(1)) throw new ArgumentException($"ChargeEvery is {ChargeEvery}: at least one minute.");
        if (DeleteAfter <= TimeSpan.Zero) throw new ArgumentException($"DeleteAfter is {DeleteAfter}: must be positive.");
        if (LowBalanceHours < 1) throw new ArgumentException($"LowBalanceHours is {LowBalanceHours}: at least 1.");
        if (RecoveryGrace <= TimeSpan.Zero) throw new ArgumentException($"RecoveryGrace is {RecoveryGrace}: must be positive.");
        if (OverdueAfter < TimeSpan.Zero) throw new ArgumentException($"OverdueAfter is {OverdueAfter}: must not be negative.");
        return this;
    }
}
