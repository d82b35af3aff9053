namespace OrleansBilling.Benchmarks;

/// <summary>One figure from several windows of a run: their median counts, and how far they lie apart is told with it.</summary>
internal sealed class Figure
{
    private readonly List<double> windows = [];

    public double Median => windows.Order().ElementAt(windows.Count / 2);

    public void Add(double window) => windows.Add(window);

    public override string ToString() => $"{Median:N0} ({windows.Min():N0}–{windows.Max():N0})";
}
