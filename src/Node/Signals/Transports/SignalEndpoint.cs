using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Node.Signals.Transports;

internal static class SignalEndpoint
{
    public static async Task<IResult> ReceiveAsync(HttpRequest request, SignalReceiver receiver)
    {
        using var body = new MemoryStream((int)(request.ContentLength ?? 0));
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        return receiver.Receive(body.GetBuffer().AsSpan(0, (int)body.Length), request.Headers[SignalSignature.Header]) is { } refusal ? refusal.ToResult() : Results.NoContent();
    }
}
