using OrleansBilling.Domain.Balances;

namespace OrleansBilling.Grains.Ledger;

/// <summary>
/// The kinds of notices that this version knows. During an upgrade, or before a roll-back, a newer silo may write others: what is of those is left for it.
/// </summary>
internal static class KnownNotices
{
    /// <summary>The kind of what this version does not know.</summary>
    public const NoticeKind None = 0;

    /// <summary>As a list of SQL.</summary>
    public static readonly string Sql = $"({string.Join(", ", Enum.GetNames<NoticeKind>().Select(kind => $"'{kind}'"))})";

    /// <summary>The kind of a name; <see cref="None"/> for one that this version does not know.</summary>
    public static NoticeKind Find(string name) => Enum.TryParse<NoticeKind>(name, out var kind) && Enum.IsDefined(kind) ? kind : None;
}
