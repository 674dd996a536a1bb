using System.Diagnostics;
using System.Text.Json;
using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Messages;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Telemetry;

namespace IntraMessenger.Node.Tests.Telemetry;

/// <summary>Where nobody traces, a message's way costs and says nothing more.</summary>
public sealed class UntracedTests
{
    private sealed class Tags : ICommonTags
    {
        KeyValuePair<string, object?>[] ICommonTags.Tags { get; } = [new("policy_set", "a")];
    }

    [Fact]
    public void Commit_ThatNobodyTraces_AllocatesNothing()
    {
        var spans = new MessageSpans(new Tags());
        spans.Commit().ShouldBeNull();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++) spans.Commit();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void Signal_SaysItsTraceOnlyWhereThereIsOne_AndReadsThatOfOthers()
    {
        var change = new Change(0, ChangeKind.Message, 1, 0, 7, 3);
        JsonSerializer.Serialize(change, Json.Options).ShouldNotContain("trace");

        var trace = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
        var said = JsonSerializer.Serialize(change with { Trace = $"00-{trace.TraceId}-{trace.SpanId}-01", Members = [1] }, Json.Options);
        JsonSerializer.Deserialize<Change>(said, Json.Options)!.Trace.ShouldBe($"00-{trace.TraceId}-{trace.SpanId}-01");
        said.ShouldNotContain("members", Case.Insensitive);

        // What a newer node may add is passed over.
        JsonSerializer.Deserialize<Change>(said[..^1] + ",\"later\":{\"x\":1}}", Json.Options)!.Seq.ShouldBe(3);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("00-00000000000000000000000000000000-0000000000000000-01")]
    public void Delivery_OfATraceThatCannotBeRead_IsNone(string trace) => Should.NotThrow(() => new MessageSpans(new Tags()).Delivered(trace, DateTimeOffset.UnixEpoch));
}
