using System.Diagnostics;
using IntraMessenger.Shared.Telemetry;

namespace IntraMessenger.Shared.Tests.Telemetry;

/// <summary>What a client writes about traces decides nothing and goes nowhere.</summary>
public sealed class TraceParentPropagatorTests
{
    private const string Chosen = "00-00000000000000000000000000000001-0000000000000001-01";

    private static readonly Dictionary<string, string> OfAClient = new()
    {
        ["traceparent"] = Chosen,
        ["tracestate"] = "marked=text",
        ["baggage"] = "marked=text",
        ["Correlation-Context"] = "marked=text",
    };

    private static void Get(object? carrier, string name, out string? value, out IEnumerable<string>? values) =>
        (value, values) = (((Dictionary<string, string>)carrier!).GetValueOrDefault(name), null);

    [Theory]
    [InlineData(true, Chosen)]
    [InlineData(false, null)]
    public void Request_GivesItsTraceToThoseWhoBelieveCallers_AndNothingElse(bool extracts, string? expected)
    {
        var propagator = new TraceParentPropagator(extracts);
        propagator.ExtractTraceIdAndState(OfAClient, Get, out var id, out var state);
        id.ShouldBe(expected);
        state.ShouldBeNull();
        propagator.ExtractBaggage(OfAClient, Get).ShouldBeNull();
    }

    [Fact]
    public void Request_ThatIsSent_CarriesTheTraceAlone()
    {
        using var activity = new Activity("x").SetIdFormat(ActivityIdFormat.W3C);
        activity.AddBaggage("marked", "text");
        activity.TraceStateString = "marked=text";
        activity.Start();
        var sent = new Dictionary<string, string>();
        new TraceParentPropagator(extracts: false).Inject(activity, sent, (_, name, value) => sent[name] = value);
        sent.ShouldBe(new Dictionary<string, string> { ["traceparent"] = activity.Id! });
    }

    [Fact]
    public void Proxy_LeavesOutAllThatMayCarryATrace() => TelemetryFeature.TraceHeaders.ShouldBe(OfAClient.Keys.Append("Request-Id"), ignoreOrder: true);
}
