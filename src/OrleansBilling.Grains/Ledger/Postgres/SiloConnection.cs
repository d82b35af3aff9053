using System.Text.RegularExpressions;
using Npgsql;

namespace OrleansBilling.Grains.Ledger.Postgres;

/// <summary>
/// Connections that carry the name of their silo, by which the database refuses a silo that was declared dead (C7). For silos whose
/// membership table is in that database: it refuses those that it does not know, too.
/// </summary>
public static partial class SiloConnection
{
    /// <summary>How a silo connects.</summary>
    /// <param name="connectionString">How anybody would.</param>
    /// <param name="cluster">The id of its cluster.</param>
    /// <param name="silo">Its address, with what tells it from its predecessors there.</param>
    public static string Of(string connectionString, string cluster, SiloAddress silo)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        var name = $"{silo.Endpoint.Address}:{silo.Endpoint.Port}@{silo.Generation} {cluster}"; // as the table's own column Silo
        settings.Options = $"{settings.Options} -c billing.silo={WhatWouldEndIt().Replace(name, @"\$0")}".Trim();
        return settings.ToString();
    }

    [GeneratedRegex(@"[\s\\]")]
    private static partial Regex WhatWouldEndIt();
}
