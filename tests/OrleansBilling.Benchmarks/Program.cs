using OrleansBilling.Benchmarks;

Func<string[], Task>? question = args.FirstOrDefault() switch
{
    "charges" => ChargesQuestion.Ask,
    "growth" => GrowthQuestion.Ask,
    "reminders" => RemindersQuestion.Ask,
    "memory" => MemoryQuestion.Ask,
    "lateness" => LatenessQuestion.Ask,
    "sizes" => SizesQuestion.Ask,
    "failover" => FailoverQuestion.Ask,
    "decision" => rest => Task.Run(() => DecisionQuestion.Ask(rest)),
    _ => null,
};
if (question is null)
{
    Console.Error.WriteLine("One question a run: charges [1000x10 …], decision, growth [most VMs], reminders [VMs [seconds]], memory [VMs], lateness [balances [charges/s]], failover [VMs], sizes [VMs]");
    return 2;
}
await question(args[1..]);
return 0;
