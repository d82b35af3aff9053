using System.Collections.Immutable;
using OrleansBilling.Domain.Credits;
using OrleansBilling.Domain.Money;

namespace OrleansBilling.Domain.Plans;

/// <summary>When a plan is to be paid, as operator and tenant have agreed. Its credit is granted at its start all the same.</summary>
public enum PlanPayment
{
    /// <summary>Before it starts.</summary>
    Upfront = 1,

    /// <summary>A part before it starts, the rest later.</summary>
    Partial = 2,

    /// <summary>When it is over.</summary>
    Afterwards = 3,
}

/// <summary>What a package costs the tenant during a plan (policy 3.7).</summary>
/// <param name="Package">The package's code.</param>
/// <param name="Price">The price of one hour, in the list currency; above zero.</param>
public readonly record struct OwnPrice(string Package, HourlyPrice Price);

/// <summary>What an operator and a tenant have agreed on for one period.</summary>
/// <param name="Name">For people: 1 to 100 characters.</param>
/// <param name="Scope">The products for which its credit pays (policy 2.4, 2.5).</param>
/// <param name="From">Its first instant: its credit is granted and its prices hold from then on.</param>
/// <param name="To">The first instant that is not in it any more; an hour to ten years after <paramref name="From"/>.</param>
/// <param name="Credit">What is granted at its start, above zero, in the balance's currency.</param>
/// <param name="Due">What is to be paid for it, at least zero, in the balance's currency.</param>
/// <param name="Payment">When that is to be paid.</param>
/// <param name="Prices">The tenant's own prices during it, at most one a package; the price list's hold for all others.</param>
public sealed record PlanTerms(
    string Name, Scope Scope, DateTimeOffset From, DateTimeOffset To, Amount Credit, Amount Due, PlanPayment Payment, ImmutableArray<OwnPrice> Prices)
{
    /// <summary>The shortest period.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromHours(1);

    /// <summary>The longest period.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(3653);

    /// <summary>The terms themselves, when they make sense.</summary>
    /// <exception cref="ArgumentException">Names the one that does not.</exception>
    public PlanTerms Checked()
    {
        if (string.IsNullOrWhiteSpace(Name) || Name.Length > 100) throw new ArgumentException("A plan has a name of 1 to 100 characters.");
        if (To - From < Shortest || To - From > Longest) throw new ArgumentException($"The plan would last from {From:O} to {To:O}: an hour to ten years.");
        if (Credit <= Amount.Zero) throw new ArgumentException($"The credit is {Credit}: must be above zero.");
        if (Due < Amount.Zero) throw new ArgumentException($"The amount due is {Due}: must not be negative.");
        if (!Enum.IsDefined(Payment)) throw new ArgumentException($"{Payment} says nothing of when a plan is paid.");
        if (!Prices.IsEmpty && !Scope.Covers(ProductCode.GpuVm)) throw new ArgumentException($"A plan has own prices for its products only, and {ProductCode.GpuVm} is none of this one's.");
        if (Prices.DistinctBy(price => price.Package).Count() != Prices.Length) throw new ArgumentException("A plan has one price a package.");
        if (Prices.Any(price => price.Price.MicrosPerHour == 0)) throw new ArgumentException("An own price is above zero: what is used for nothing never runs out.");
        return this;
    }

    /// <summary>The same terms for the next period, which is as long as this one.</summary>
    internal PlanTerms Next() => this with { From = To, To = To + (To - From) };
}
