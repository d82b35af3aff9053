namespace OrleansBilling.Grains.Ledger;

/// <summary>A silo was to start on a machine whose clock is off.</summary>
public sealed class ClockOffException() : Exception("The clock of this machine is more than two seconds off the database's: the silo does not start.");
