using System.Text;

namespace IntraMessenger.Cluster.Tests.Telemetry;

/// <summary>One field of a protobuf message: a number, or bytes that are a text or a message themselves.</summary>
internal readonly record struct Field(int Number, ulong Value, byte[] Bytes)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    public string Hex => Convert.ToHexStringLower(Bytes);

    public double Double => BitConverter.UInt64BitsToDouble(Value);

    public Wire Message => new(Bytes);
}

/// <summary>The wire format of protobuf, as far as OTLP uses it: the fields of a message in their order.</summary>
internal sealed class Wire
{
    private readonly List<Field> _fields = [];

    public Wire(byte[] bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var key = Varint(bytes, ref at);
            var number = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    _fields.Add(new Field(number, Varint(bytes, ref at), []));
                    break;
                case 1:
                    _fields.Add(new Field(number, BitConverter.ToUInt64(bytes, at), []));
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(bytes, ref at);
                    _fields.Add(new Field(number, 0, bytes[at..(at + length)]));
                    at += length;
                    break;
                case 5:
                    _fields.Add(new Field(number, BitConverter.ToUInt32(bytes, at), []));
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"Wire type {key & 7} at {at}");
            }
        }
    }

    public IEnumerable<Field> All(int number) => _fields.Where(field => field.Number == number);

    /// <summary>Empty, or 0, where it is not there: as protobuf has it.</summary>
    public Field One(int number) => _fields.FindLast(field => field.Number == number) is { Bytes: not null } found ? found : new Field(number, 0, []);

    private static ulong Varint(byte[] bytes, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = bytes[at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80) return value;
        }
    }
}
