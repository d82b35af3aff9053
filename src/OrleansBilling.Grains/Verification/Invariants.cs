namespace OrleansBilling.Grains.Verification;

/// <summary>What is verified.</summary>
public static class Invariants
{
    public const string Sums = "M1";
    public const string Lines = "M2";
    public const string Limits = "M3";
    public const string Usage = "M4";
    public const string Once = "M5";
    public const string Price = "M6";
    public const string Order = "M7";
    public const string Life = "M8";
    public const string Gateway = "M9";
    public const string Chain = "M10";
    public const string Belonging = "M11";

    /// <summary>Every one, in the order of its number.</summary>
    public static readonly IReadOnlyList<string> All = [Sums, Lines, Limits, Usage, Once, Price, Order, Life, Gateway, Chain, Belonging];
}
