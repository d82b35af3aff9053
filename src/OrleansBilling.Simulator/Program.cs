using OrleansBilling.Simulator;

// What would happen if: a story in, its journal out. Exit code 0; 2 with one line on standard error when the story cannot be read.
if (args is not [var file])
{
    Console.Error.WriteLine("usage: OrleansBilling.Simulator FILE   (a story as JSON; - reads standard input)");
    return 2;
}

try
{
    var story = Story.Parse(file == "-" ? Console.In.ReadToEnd() : File.ReadAllText(file));
    Console.Out.WriteLine(Simulation.Play(story).ToJson());
    return 0;
}
catch (StoryException broken)
{
    Console.Error.WriteLine($"{file}: {broken.Message}");
    return 2;
}
catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException)
{
    Console.Error.WriteLine($"{file}: {unreadable.Message}");
    return 2;
}
