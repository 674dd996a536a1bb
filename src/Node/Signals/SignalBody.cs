using System.Text.Json;
using System.Text.Json.Serialization;
using IntraMessenger.Node.Changes;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Node.Signals;

/// <summary>What travels from one node to another, signed as a whole. Members that a node does not know it passes over.</summary>
/// <param name="From">The life that sends.</param>
/// <param name="To">The life that it is for: one that ended is told nothing.</param>
/// <param name="At">When the oldest of the changes set out, by the store's clock; null where that is not known.</param>
internal sealed record SignalBody(long From, long To, DateTime? At, IReadOnlyList<Change> Changes)
{
    private static readonly JsonSerializerOptions Options = new(Json.Options)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        RespectRequiredConstructorParameters = false,
    };

    public void Write(Utf8JsonWriter writer) => JsonSerializer.Serialize(writer, this, Options);

    /// <summary>Null where it is something else.</summary>
    public static SignalBody? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<SignalBody>(json, Options) is { Changes: { } changes } body && changes.All(change => change is not null) ? body : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
