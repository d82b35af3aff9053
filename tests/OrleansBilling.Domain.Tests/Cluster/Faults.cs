namespace OrleansBilling.Domain.Tests.Cluster;

/// <summary>
/// How often things go wrong, in a thousand. Drawn for each seed, each on its own: some runs are calm, some suffer from one thing only,
/// some from everything.
/// </summary>
internal sealed class Faults
{
    private readonly Random random;

    public Faults(Random random)
    {
        this.random = random;
        Calm = random.Next(4) == 0;
        LostCalls = Draw(40);
        LostAnswers = Draw(60);
        DoubledCalls = Draw(60);
        SlowCalls = Draw(40);
        StrayCalls = Draw(150);
        WritesLost = Draw(30);
        WriteAnswersLost = Draw(40);
        SlowStorage = Draw(30);
        DoubledWrites = Draw(40);
        StorageOutages = Draw(300);
        Kills = Draw(300);
        Freezes = Draw(300);
        ClockJumps = Draw(300);
        Evictions = Draw(300);
        MissedTicks = Draw(400);
        DoubledTicks = Draw(300);
        LateTicks = Draw(300);
        LostOrders = Draw(400);
        LateOrders = Draw(400);
        Unreachable = Draw(200);
        LateConfirmations = Draw(300);
        LostConfirmations = Draw(200);
        DoubledConfirmations = Draw(300);
        FailedCreations = Draw(100);
        OwnReports = Draw(500);
        Repetitions = 50 + Draw(200); // clients repeat themselves in calm runs, too
    }

    /// <summary>Nothing goes wrong.</summary>
    public bool Calm { get; }

    public int LostCalls { get; set; }

    public int LostAnswers { get; private set; }

    public int DoubledCalls { get; private set; }

    public int SlowCalls { get; private set; }

    /// <summary>Calls that reach another silo's activation: two or three act at once.</summary>
    public int StrayCalls { get; private set; }

    public int WritesLost { get; private set; }

    public int WriteAnswersLost { get; private set; }

    public int SlowStorage { get; private set; }

    public int DoubledWrites { get; private set; }

    public int StorageOutages { get; private set; }

    public int Kills { get; private set; }

    public int Freezes { get; private set; }

    public int ClockJumps { get; private set; }

    public int Evictions { get; private set; }

    public int MissedTicks { get; private set; }

    public int DoubledTicks { get; private set; }

    public int LateTicks { get; private set; }

    public int LostOrders { get; private set; }

    public int LateOrders { get; private set; }

    public int Unreachable { get; private set; }

    public int LateConfirmations { get; private set; }

    public int LostConfirmations { get; private set; }

    public int DoubledConfirmations { get; private set; }

    public int FailedCreations { get; private set; }

    public int OwnReports { get; private set; }

    public int Repetitions { get; private set; }

    /// <summary>Whether it happens this time.</summary>
    public bool Strike(int rate) => rate > 0 && random.Next(1000) < rate;

    /// <summary>From now on nothing goes wrong any more.</summary>
    public void Heal()
    {
        LostCalls = LostAnswers = DoubledCalls = SlowCalls = StrayCalls = 0;
        WritesLost = WriteAnswersLost = SlowStorage = DoubledWrites = StorageOutages = 0;
        Kills = Freezes = ClockJumps = Evictions = MissedTicks = DoubledTicks = LateTicks = 0;
        LostOrders = LateOrders = Unreachable = LateConfirmations = LostConfirmations = DoubledConfirmations = FailedCreations = OwnReports = 0;
    }

    private int Draw(int most)
    {
        var (happens, rate) = (random.Next(2) == 0, random.Next(1, most + 1));
        return !Calm && happens ? rate : 0;
    }
}
