namespace OrleansBilling.Grains.Balances;

/// <summary>This activation no longer knows the ledger. Repeat the call with the same id: another one answers.</summary>
[GenerateSerializer, Alias("balance-lost")]
public sealed class BalanceLostException() : OrleansException("The balance was written by another activation, or the outcome of a write is unknown: repeat the call.");
