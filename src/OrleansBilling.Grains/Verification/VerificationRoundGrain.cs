namespace OrleansBilling.Grains.Verification;

/// <summary>Where the present round through all balances stands. Its key is 0.</summary>
[Alias("verification-round")]
internal interface IVerificationRound : IGrainWithIntegerKey
{
    /// <summary>The last balance that was verified; null: a round begins.</summary>
    [Alias("reached")] Task<string?> Reached();

    /// <summary>Remembers it; null: the round is over.</summary>
    [Alias("reach")] Task Reach(string? balance);
}

/// <summary>
/// Promises that a round goes on after the silo that made it has gone: where a round takes longer than silos live, the last balances would never be verified.
/// Of two silos that verify for a moment either may be behind the other; what is verified twice does no harm.
/// </summary>
internal sealed class VerificationRoundGrain([PersistentState("verification-round", StorageNames.State)] IPersistentState<StoredVerificationRound> state) : Grain, IVerificationRound
{
    public async Task<string?> Reached()
    {
        await state.ReadStateAsync();
        return state.State.Reached;
    }

    public Task Reach(string? balance) => state.Replace(new StoredVerificationRound { Reached = balance }, otherwise: DeactivateOnIdle);
}

/// <summary>The balance as it is stored.</summary>
public sealed class StoredVerificationRound
{
    public string? Reached { get; set; }
}
