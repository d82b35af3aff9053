namespace OrleansBilling.Grains;

/// <summary>How grains write what the storage keeps for them.</summary>
internal static class StateReplacement
{
    /// <summary>Stores the next state. What cannot be written is not kept: its outcome is unknown, and the next activation reads what is there.</summary>
    /// <param name="state">The state of a grain.</param>
    /// <param name="next">What it is to be.</param>
    /// <param name="otherwise">Ends the activation.</param>
    public static async Task Replace<T>(this IPersistentState<T> state, T next, Action otherwise)
    {
        var before = state.State;
        state.State = next;
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            state.State = before;
            otherwise();
            throw;
        }
    }
}
