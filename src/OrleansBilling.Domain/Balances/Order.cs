using OrleansBilling.Domain.Money;

namespace OrleansBilling.Domain.Balances;

/// <summary>What a balance can order of a VM.</summary>
public enum OrderKind
{
    /// <summary>Make an admitted VM.</summary>
    Create = 1,

    /// <summary>Stop it: the balance is used up (policy 4.4).</summary>
    Stop = 2,

    /// <summary>Delete it with all its data: below zero for too long (policy 4.6).</summary>
    Delete = 3,

    /// <summary>Power it on again after a cure, because its tenant chose so (policy 4.12).</summary>
    Resume = 4,
}

/// <summary>Where an order stands.</summary>
public enum OrderState
{
    /// <summary>Repeated until the platform has confirmed it (policy 4.9).</summary>
    Open = 1,

    /// <summary>The VM has begun to obey: still repeated, but no cure voids it any more.</summary>
    Begun = 2,

    /// <summary>Confirmed by the machine's platform. Final.</summary>
    Confirmed = 3,

    /// <summary>Its reason has gone before it was obeyed (policy 4.8), or obeying has come to nothing, because the VM failed or undid it. Final.</summary>
    Void = 4,
}

/// <summary>A durable instruction to a VM, kept and repeated until it is confirmed or void (policy 4.9).</summary>
/// <param name="Number">1, 2, 3, … within the balance.</param>
/// <param name="Kind">What to do.</param>
/// <param name="Vm">The VM's id.</param>
/// <param name="Episode">The exhaustion, and the stretch below zero, that justifies it; an order of an earlier one is void (policy 4.8).</param>
/// <param name="At">The instant from which it holds: exhaustion for a stop, the beginning of the deletion for a delete.</param>
/// <param name="EntryNumber">The last ledger entry of the balance that justified it (E3).</param>
/// <param name="Live">The live balance that justified it.</param>
/// <param name="State">Open, begun, confirmed or void.</param>
public sealed record Order(int Number, OrderKind Kind, string Vm, Episode Episode, DateTimeOffset At, long EntryNumber, Amount Live, OrderState State)
{
    /// <summary>Unique within the balance, e.g. <c>order/stop-17</c>: no id that a caller could make (M5).</summary>
    public string Id => $"order/{Kind}-{Number}".ToLowerInvariant();

    /// <summary>Whether it must still be repeated.</summary>
    public bool IsUnderway => State is OrderState.Open or OrderState.Begun;
}

/// <summary>The identity of an exhaustion, and of a stretch below zero within it (policy 4.8).</summary>
/// <param name="Exhaustion">How many times the live balance has passed from above zero to zero or below.</param>
/// <param name="Stretch">How many times it has fallen below zero.</param>
public readonly record struct Episode(int Exhaustion, int Stretch)
{
    /// <summary>E.g. <c>2.1</c>.</summary>
    public override string ToString() => $"{Exhaustion}.{Stretch}";
}
