using System.Diagnostics;
using IntraMessenger.Shared.Telemetry;
using OpenTelemetry.Trace;

namespace IntraMessenger.Shared.Tests.Telemetry;

/// <summary>What begins a trace, what goes on with one, and what never has one.</summary>
public sealed class TraceSamplerTests
{
    private static readonly ActivityContext Sampled = new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded, isRemote: true);
    private static readonly ActivityContext Unsampled = new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.None, isRemote: true);
    private static readonly ActivityContext SampledHere = new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);

    private static bool Samples(ActivityKind kind, ActivityContext parent = default, string? path = null, double ratio = 1, params ActivityLink[] links) =>
        new TraceSampler(ratio).ShouldSample(new SamplingParameters(
            parent, parent.TraceId == default ? ActivityTraceId.CreateRandom() : parent.TraceId, "span", kind, path is null ? null : [new("url.path", path)], links)).Decision == SamplingDecision.RecordAndSample;

    [Theory]
    [InlineData("/a/api/v1/me", true)]
    [InlineData("/console/api/nodes", true)]
    [InlineData("/a/api/v1/events", false)]
    [InlineData("/a/API/v1/Events", false)]
    [InlineData("/health/ready", false)]
    [InlineData("/metrics", false)]
    [InlineData("/cluster/v1/heartbeat", false)]
    public void Request_BeginsATrace_UnlessItIsHeldOrTheClustersOwn(string path, bool samples) => Samples(ActivityKind.Server, path: path).ShouldBe(samples);

    [Fact]
    public void Request_GoesOnWithATrace()
    {
        Samples(ActivityKind.Server, Sampled, "/a/api/v1/me").ShouldBeTrue();
        Samples(ActivityKind.Server, Sampled, "/cluster/v1/signals").ShouldBeTrue();
        Samples(ActivityKind.Server, Unsampled, "/a/api/v1/me").ShouldBeFalse();
        Samples(ActivityKind.Server, Sampled, "/a/api/v1/events").ShouldBeFalse();
    }

    [Fact]
    public void Programs_AskingEachOther_BeginNone()
    {
        Samples(ActivityKind.Client).ShouldBeFalse();
        Samples(ActivityKind.Consumer).ShouldBeFalse("the gateway's health checks");
        Samples(ActivityKind.Client, SampledHere).ShouldBeTrue();
    }

    [Fact]
    public void Batch_IsTracedWhereOneOfItsMessagesIs()
    {
        Samples(ActivityKind.Producer, links: [new(Unsampled), new(Sampled)], ratio: 0).ShouldBeTrue();
        Samples(ActivityKind.Producer, links: [new(Unsampled)]).ShouldBeFalse();
    }

    [Fact]
    public void Ratio_HoldsForTracesOfOthersToo_AndEveryProgramDecidesTheSame()
    {
        Samples(ActivityKind.Server, path: "/a/api/v1/me", ratio: 0).ShouldBeFalse();
        Samples(ActivityKind.Server, Sampled, "/a/api/v1/me", ratio: 0).ShouldBeFalse();
        var traces = Enumerable.Range(0, 4_000).Select(_ => new ActivityContext(ActivityTraceId.CreateRandom(), Sampled.SpanId, ActivityTraceFlags.Recorded, isRemote: true)).ToArray();
        var first = traces.Where(trace => Samples(ActivityKind.Server, trace, "/x", ratio: 0.25)).ToArray();
        first.Length.ShouldBeInRange(800, 1_200);
        traces.Where(trace => Samples(ActivityKind.Server, trace, "/x", ratio: 0.25)).ShouldBe(first);
    }
}
