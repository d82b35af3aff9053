namespace OrleansBilling.Grains.Telemetry;

/// <summary>How the ledger stands, in numbers that say something about no tenant. One implementation a database.</summary>
public interface ILedgerCounts
{
    /// <summary>Counts what is there now. One query, by indexes that hold nothing but what is counted; no row means none.</summary>
    Task<IReadOnlyList<LedgerCount>> Count(DateTimeOffset now);

    /// <summary>Of all this the findings of the verification that no operator has decided about.</summary>
    Task<long> Findings(DateTimeOffset now);
}

/// <summary>How much of something there is.</summary>
/// <param name="What">Of what: one of the names here.</param>
/// <param name="Region">Where; empty: everywhere.</param>
/// <param name="Kind">Which: a standing, a kind of order, a channel. Empty: there are no kinds.</param>
/// <param name="Count">How many.</param>
/// <param name="Oldest">Since when there is the oldest of them.</param>
public sealed record LedgerCount(string What, string Region, string Kind, long Count, DateTimeOffset Oldest)
{
    /// <summary>Tenants that are not good, by standing.</summary>
    public const string Tenants = "tenants";

    /// <summary>Tenants whose VMs are to be deleted; the oldest is the one that has been below zero for the longest. Not the instant of its deletion, which moves while that is put off.</summary>
    public const string Deletions = "deletions";

    /// <summary>Orders that are not confirmed, by kind.</summary>
    public const string Orders = "orders";

    /// <summary>Notices that have not been taken and not been given up, by channel.</summary>
    public const string Notices = "notices";

    /// <summary>Findings of the verification that hold a tenant, because no operator has decided about them.</summary>
    public const string Findings = "findings";

    /// <summary>Regions in which a VM is billed, so that charges are due: 1 of each, however many VMs it has.</summary>
    public const string Charges = "charges";

    // Both databases understand it. $1: now. To count the VMs would mean to read all of them; whether there is one is known with the first.
    // (Not with EXISTS: PostgreSQL might join all VMs for that.) The columns that join a VM to its balance are not called the same in both.
    internal static string Query(string balance, string ofVm) =>
        $"""
        SELECT 'tenants' AS what, region, standing AS kind, count(*), 0 FROM balance WHERE standing <> 'Good' GROUP BY region, standing
        UNION ALL
        SELECT 'deletions', region, '', count(*), min(negative_since_ms) FROM balance WHERE deletion_due_ms IS NOT NULL AND counting_vms > 0 GROUP BY region
        UNION ALL
        SELECT 'orders', '', kind, count(*), min(at_ms) FROM vm_order WHERE state IN ('Open', 'Begun') GROUP BY kind
        UNION ALL
        SELECT 'notices', '', channel, count(*), min(written_ms) FROM notice_delivery WHERE due_ms IS NOT NULL GROUP BY channel
        UNION ALL
        SELECT 'findings', '', '', count(*), 0 FROM balance_hold WHERE id LIKE 'verify-%' AND until_ms > $1
        UNION ALL
        SELECT 'charges', r.region, '', 1, 0 FROM region_rules r
        WHERE (SELECT 1 FROM balance b JOIN metered_vm v ON v.{ofVm} = b.{balance} WHERE b.region = r.region AND b.counting_vms > 0 AND v.status IN ('Running', 'Stopped') LIMIT 1) = 1
        """;

    internal const string FindingsQuery = "SELECT count(*) FROM balance_hold WHERE id LIKE 'verify-%' AND until_ms > $1";
}
