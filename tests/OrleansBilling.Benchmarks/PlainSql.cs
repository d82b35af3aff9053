using System.Diagnostics;
using Npgsql;

namespace OrleansBilling.Benchmarks;

/// <summary>
/// What a charge costs the database itself: an entry once, the watermark of its VM and the balance, in one statement and one durable
/// transaction. No rule is decided. The best of several numbers of clients is what the system is measured against.
/// </summary>
internal sealed class PlainSql(string database, int balances, int vmsEach)
{
    private const string Tables =
        """
        DROP TABLE IF EXISTS plain_entry, plain_vm, plain_balance;
        CREATE TABLE plain_balance (id int PRIMARY KEY, micros bigint NOT NULL, entries bigint NOT NULL) WITH (fillfactor = 50);
        CREATE TABLE plain_vm (balance int NOT NULL, id int NOT NULL, seconds bigint NOT NULL, sequence int NOT NULL, PRIMARY KEY (balance, id)) WITH (fillfactor = 70);
        CREATE TABLE plain_entry (balance int NOT NULL, vm int NOT NULL, sequence int NOT NULL, micros bigint NOT NULL, at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (balance, vm, sequence));
        """;

    private const string One =
        """
        WITH e AS (INSERT INTO plain_entry (balance, vm, sequence, micros) VALUES ($1, $2, $3, 622500) ON CONFLICT DO NOTHING RETURNING balance, vm, sequence, micros),
             v AS (UPDATE plain_vm SET seconds = seconds + 900, sequence = e.sequence FROM e WHERE plain_vm.balance = e.balance AND plain_vm.id = e.vm)
        UPDATE plain_balance SET micros = plain_balance.micros - e.micros, entries = entries + 1 FROM e WHERE plain_balance.id = e.balance
        """;

    private const string Many =
        """
        WITH e AS (INSERT INTO plain_entry (balance, vm, sequence, micros) SELECT *, 622500 FROM unnest($1::int[], $2::int[], $3::int[]) ON CONFLICT DO NOTHING RETURNING balance, vm, sequence, micros),
             v AS (UPDATE plain_vm SET seconds = seconds + 900, sequence = e.sequence FROM e WHERE plain_vm.balance = e.balance AND plain_vm.id = e.vm)
        UPDATE plain_balance SET micros = plain_balance.micros - s.micros, entries = plain_balance.entries + s.entries
        FROM (SELECT balance, sum(micros)::bigint AS micros, count(*) AS entries FROM e GROUP BY balance) s WHERE plain_balance.id = s.balance
        """;

    private int next; // the next charge, counted over all rounds

    public async Task Prepare()
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"""
             {Tables}
             INSERT INTO plain_balance SELECT b, 0, 0 FROM generate_series(0, {balances - 1}) b;
             INSERT INTO plain_vm SELECT b, v, 0, 0 FROM generate_series(0, {balances - 1}) b, generate_series(0, {vmsEach - 1}) v;
             """));
        command.CommandTimeout = 300;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Charges a second, one a transaction; so many before it counts.</summary>
    public Task<double> OneByOne(int clients, int runIn, TimeSpan time) => Run(clients, 1, runIn, time, One);

    /// <summary>Charges a second, in batches.</summary>
    public Task<double> InBatches(int clients, int size, int runIn, TimeSpan time) => Run(clients, size, runIn, time, Many);

    private async Task<double> Run(int clients, int size, int runIn, TimeSpan time, string sql)
    {
        var settings = new NpgsqlConnectionStringBuilder(database) { MaxPoolSize = clients + 4 };
        await using var source = NpgsqlDataSource.Create(settings.ToString());
        var first = next / (balances * vmsEach) * (balances * vmsEach) + balances * vmsEach;
        var watch = Stopwatch.StartNew();
        var (ranIn, all, counting) = (TimeSpan.MaxValue - time, 0L, new Lock());
        var done = await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
        {
            await using var connection = await source.OpenConnectionAsync();
            await using var command = new NpgsqlCommand(sql, connection);
            for (var p = 0; p < 3; p++) command.Parameters.Add(size == 1 ? new NpgsqlParameter<int>() : new NpgsqlParameter<int[]>());
            await command.PrepareAsync();
            var count = 0L;
            while (watch.Elapsed < ranIn + time)
            {
                // Each client of batches has balances of its own, or their batches would lock one another out.
                var charges = size == 1
                    ? [Interlocked.Increment(ref next)]
                    : Enumerable.Range(0, size).Select(i => first + (int)(count + i) * clients + client).ToArray();
                int Balance(int charge) => charge % balances;
                int Vm(int charge) => charge / balances % vmsEach;
                int Sequence(int charge) => charge / (balances * vmsEach) + 1;
                if (size == 1)
                {
                    ((NpgsqlParameter<int>)command.Parameters[0]).TypedValue = Balance(charges[0]);
                    ((NpgsqlParameter<int>)command.Parameters[1]).TypedValue = Vm(charges[0]);
                    ((NpgsqlParameter<int>)command.Parameters[2]).TypedValue = Sequence(charges[0]);
                }
                else
                {
                    ((NpgsqlParameter<int[]>)command.Parameters[0]).TypedValue = [.. charges.Select(Balance)];
                    ((NpgsqlParameter<int[]>)command.Parameters[1]).TypedValue = [.. charges.Select(Vm)];
                    ((NpgsqlParameter<int[]>)command.Parameters[2]).TypedValue = [.. charges.Select(Sequence)];
                }
                await command.ExecuteNonQueryAsync();
                count += size;
                lock (counting)
                {
                    all += size;
                    if (all >= runIn && all - size < runIn) ranIn = watch.Elapsed;
                }
            }
            return count;
        })));
        next = first + (int)done.Max() * clients;
        return (all - runIn) / (watch.Elapsed - ranIn).TotalSeconds;
    }
}
