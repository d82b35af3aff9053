using System.Buffers.Binary;
using System.Text;

namespace OrleansBilling.EndToEnd.Tests.Telemetry;

/// <summary>A message as protobuf writes it: fields by number, in their order. As much of it as OTLP needs.</summary>
internal sealed class ProtobufMessage
{
    private readonly byte[] bytes;
    private readonly List<(int Number, ulong Value, byte[] Bytes)> fields = [];

    public ProtobufMessage(byte[] bytes)
    {
        this.bytes = bytes;
        for (var at = 0; at < bytes.Length;)
        {
            var key = Varint(ref at);
            var (value, content) = (0UL, Array.Empty<byte>());
            switch (key & 7)
            {
                case 0:
                    value = Varint(ref at);
                    break;
                case 1:
                    value = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(ref at);
                    content = bytes[at..(at + length)];
                    at += length;
                    break;
                case 5:
                    value = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"Wire type {key & 7} is not of this century.");
            }
            fields.Add(((int)(key >> 3), value, content));
        }
    }

    /// <summary>All messages in a field of messages, and in those of a field of theirs, and so on.</summary>
    public IEnumerable<ProtobufMessage> All(params int[] path) =>
        path.Aggregate((IEnumerable<ProtobufMessage>)[this], (found, number) => found.SelectMany(message => message.fields.Where(field => field.Number == number).Select(field => new ProtobufMessage(field.Bytes))));

    public string Text(int number) => Encoding.UTF8.GetString(Bytes(number));

    public string Hex(int number) => Convert.ToHexStringLower(Bytes(number));

    /// <summary>Numbers of eight bytes, one after the other in one field.</summary>
    public IEnumerable<ulong> Packed(int number)
    {
        var all = Bytes(number);
        for (var at = 0; at < all.Length; at += 8) yield return BinaryPrimitives.ReadUInt64LittleEndian(all.AsSpan(at));
    }

    public ulong? Number(int number) => fields.Where(field => field.Number == number).Select(field => (ulong?)field.Value).FirstOrDefault();

    /// <summary>The attributes in a field of key–value pairs; of values that are no texts: the empty text.</summary>
    public Dictionary<string, string> Attributes(int number) => All(number).ToDictionary(pair => pair.Text(1), pair => pair.All(2).Single().Text(1));

    /// <summary>Everything, as text where it is text.</summary>
    public override string ToString() => Encoding.UTF8.GetString(bytes);

    private byte[] Bytes(int number) => fields.Where(field => field.Number == number).Select(field => field.Bytes).FirstOrDefault() ?? [];

    private ulong Varint(ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }
    }
}
