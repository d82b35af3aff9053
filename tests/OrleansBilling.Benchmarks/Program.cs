using OrleansBilling.Benchmarks;

switch (args)
{
    case ["charges", .. var shapes]:
        await ChargesQuestion.Ask(shapes);
        return 0;
    case ["decision", .. var rest]:
        DecisionQuestion.Ask(rest);
        return 0;
    default:
        Console.Error.WriteLine("One question a run: charges [1000x10 …]");
        return 2;
}
