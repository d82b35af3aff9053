using Microsoft.Extensions.Options;
using Orleans.Serialization;
using Orleans.Storage;
using OrleansBilling.Cluster.Tests.Support;
using OrleansBilling.Domain.Vms;
using OrleansBilling.Grains.Vms;

namespace OrleansBilling.Cluster.Tests.Machines;

/// <summary>State that was written before must be readable for ever.</summary>
public sealed class StoredVmTests
{
    private const string Stored =
        """
        {"package":"1xH100","name":"training","locked":true,"autoResume":false,"revision":3,
        "history":[{"atMilliseconds":1772445600000,"status":1},{"atMilliseconds":1772445640000,"status":2},{"atMilliseconds":1772449240500,"status":3}],
        "pending":{"id":"op-2","request":4,"sinceMilliseconds":1772449240500,"confirmed":false,"change":null},
        "done":[{"id":"order/create-1","request":1,"sinceMilliseconds":1772445600000,"confirmed":true,"change":null},
        {"id":"op-1","request":0,"sinceMilliseconds":1772445700000,"confirmed":true,"change":"True||training"},
        {"id":"op-2","request":4,"sinceMilliseconds":1772449240500,"confirmed":false,"change":null}],
        "hasReminder":true}
        """;

    /// <summary>What the host keeps state by, and what a cluster in memory does.</summary>
    public static TheoryData<string> Serializers => ["host", "memory"];

    [Fact]
    public void M12_A_vm_that_was_stored_before_is_read_and_written_in_the_shape_in_which_it_was()
    {
        var vm = Read();

        Assert.Equal(
            [
                new StatusChange(DateTimeOffset.Parse("2026-03-02T10:00:00Z"), VmStatus.Creating), new StatusChange(DateTimeOffset.Parse("2026-03-02T10:00:40Z"), VmStatus.Running),
                new StatusChange(DateTimeOffset.Parse("2026-03-02T11:00:40.5Z"), VmStatus.Stopping),
            ],
            vm.ToHistory().Changes.AsEnumerable());
        Assert.Equal(Stored.ReplaceLineEndings(""), new PlainJson().Serialize(vm).ToString());
    }

    [Theory]
    [MemberData(nameof(Serializers))]
    public void M13_A_vm_is_the_same_after_it_was_stored(string serializer)
    {
        var json = Serializer(serializer);
        var again = json.Deserialize<VmState>(json.Serialize(Read()));
        Assert.Equal(Stored.ReplaceLineEndings(""), new PlainJson().Serialize(again).ToString());
    }

    [Theory]
    [MemberData(nameof(Serializers))]
    public void A_vm_of_which_nothing_is_recorded_has_no_status(string serializer)
    {
        var json = Serializer(serializer);
        Assert.Empty(json.Deserialize<VmState>(json.Serialize(new VmState()))!.History);
    }

    private static VmState Read() => new PlainJson().Deserialize<VmState>(BinaryData.FromString(Stored));

    private static IGrainStorageSerializer Serializer(string name) =>
        name == "host" ? new PlainJson() : new JsonGrainStorageSerializer(new OrleansJsonSerializer(Options.Create(new OrleansJsonSerializerOptions())));
}
