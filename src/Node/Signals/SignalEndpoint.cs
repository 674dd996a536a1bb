using System.Text.Json;
using IntraMessenger.Node.Changes;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Node.Signals;

internal static class SignalEndpoint
{
    public static async Task<IResult> ReceiveAsync(HttpRequest request, SignalSignature signature, SignalMetrics metrics, SignalSpans spans, ChangeBus bus)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        var bytes = body.GetBuffer().AsMemory(0, (int)body.Length);
        if (!signature.IsGood(bytes.Span, request.Headers[SignalSignature.Header])) return Refusal.NoSession.ToResult();

        var changes = JsonSerializer.Deserialize<Change[]>(bytes.Span, Json.Options) ?? [];
        using var span = spans.Receive(changes);
        metrics.Received(changes.Length);
        bus.Heard(changes);
        return Results.NoContent();
    }
}
