using System.Text;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Orleans.Storage;
using OrleansBilling.Grains.Vms;

namespace OrleansBilling.Benchmarks;

/// <summary>What the grains of a fleet would have left in Orleans' tables on their way to Running, copied in at once.</summary>
internal static class GrainRows
{
    private const string Kind = "vm";
    private static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web);

    public static GrainId IdOf(FleetVm vm) => GrainId.Create(Kind, vm.Key);

    public static async Task WriteStates(string database, string service, IReadOnlyList<FleetVm> vms)
    {
        var hasher = new OrleansDefaultHasher();
        var kindHash = hasher.Hash(Encoding.UTF8.GetBytes(Kind));
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var copy = await connection.BeginBinaryImportAsync(
            """
            COPY OrleansGrainState (GrainIdHash, GrainTypeHash, GrainIdN0, GrainIdN1, GrainIdExtensionString, GrainTypeString, ServiceId, Version, ModifiedOn, PayloadBinary)
            FROM STDIN (FORMAT BINARY)
            """);
        foreach (var (place, vm) in vms.Index())
        {
            // As the provider hashes a key that is a text.
            var key = Encoding.UTF8.GetBytes(vm.Key);
            Array.Reverse(key);
            await copy.StartRowAsync();
            await copy.WriteAsync(hasher.Hash(key));
            await copy.WriteAsync(kindHash);
            await copy.WriteAsync(0L);
            await copy.WriteAsync(0L);
            await copy.WriteAsync(vm.Key);
            await copy.WriteAsync(Kind);
            await copy.WriteAsync(service);
            await copy.WriteAsync(1);
            await copy.WriteAsync(DateTime.UtcNow, NpgsqlDbType.TimestampTz);
            await copy.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(StateOf(vm, place), json));
        }
        await copy.CompleteAsync();
    }

    public static async Task WriteReminders(string database, string service, IReadOnlyList<FleetVm> vms)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var copy = await connection.BeginBinaryImportAsync(
            "COPY OrleansReminder (ServiceId, GrainId, ReminderName, StartTime, Period, GrainHash, Version) FROM STDIN (FORMAT BINARY)");
        foreach (var vm in vms)
        {
            var id = IdOf(vm);
            await copy.StartRowAsync();
            await copy.WriteAsync(service);
            await copy.WriteAsync(id.ToString());
            await copy.WriteAsync("charge");
            await copy.WriteAsync(vm.DueAt(0).UtcDateTime, NpgsqlDbType.TimestampTz);
            await copy.WriteAsync((long)vm.Every.TotalMilliseconds);
            await copy.WriteAsync(unchecked((int)id.GetUniformHashCode()));
            await copy.WriteAsync(1);
        }
        await copy.CompleteAsync();
    }

    private static VmState StateOf(FleetVm vm, int place)
    {
        var running = vm.Reading.Through.ToUnixTimeMilliseconds();
        return new VmState
        {
            Package = Fleet.Package, Name = vm.Id, Revision = vm.Reading.Revision, HasReminder = true,
            Done = [new StoredOperation($"order/create-{place}", 1, running - 1, Confirmed: true)],
            History = [new StoredStatus(running - 1, 1), new StoredStatus(running, 2)],
        };
    }
}
