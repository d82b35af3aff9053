using Microsoft.Extensions.Logging;
using OrleansBilling.Contracts;
using OrleansBilling.Domain.Balances;

namespace OrleansBilling.Grains.Balances;

public sealed partial class BalanceGrain
{
    [LoggerMessage(1, LogLevel.Information, "Balance {Balance}: {Kind} of {Vm} is {State} (episode {Episode}, entry {Entry}).")]
    private partial void OrderMoved(BalanceId balance, OrderKind kind, string vm, OrderState state, Episode episode, long entry);

    [LoggerMessage(2, LogLevel.Error, "Balance {Balance}: {Kind} of {Vm}, ordered at {At}, is still not confirmed after {Times} repetitions.")]
    private partial void OrderStuck(BalanceId balance, OrderKind kind, string vm, DateTimeOffset at, int times);

    [LoggerMessage(3, LogLevel.Warning, "Balance {Balance}: this activation no longer knows the ledger and ends.")]
    private partial void ActivationLost(Exception exception, string balance);
}
