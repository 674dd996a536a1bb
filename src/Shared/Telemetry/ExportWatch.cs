using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace IntraMessenger.Shared.Telemetry;

/// <summary>
/// Responsible for noticing that nobody takes what is sent. It is then lost: a receiver that is away may cost neither memory nor time.
/// Counted each time, told once.
/// </summary>
internal sealed partial class ExportWatch(IMeterFactory factory, ILogger<ExportWatch> logger, ICommonTags? tags = null) : IMetrics
{
    private readonly Tally _lost = factory.CreateMeter().CreateTally("intramessenger.telemetry.lost", "{export}", "Exports of traces, metrics or logs that nobody took.", tags);
    private readonly ConcurrentDictionary<string, bool> _away = []; // by the address that a signal goes to

    /// <summary>Whose watch it is, is looked up as something is sent: a logger's exporter is made before anything that logs.</summary>
    public static HttpClient CreateClient(Func<ExportWatch> watch) => new(new Handler(watch, new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2), ActivityHeadersPropagator = null }))
    {
        Timeout = OtlpExport.Patience,
    };

    private void Sent(string signal)
    {
        if (_away.TryRemove(signal, out _)) Log.Back(logger, signal);
    }

    private void Lost(string signal, string reason)
    {
        _lost.Add();
        if (_away.TryAdd(signal, true)) Log.Away(logger, signal, reason);
    }

    // The exporters use both ways of sending.
    private sealed class Handler(Func<ExportWatch> watch, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                return Judged(request, base.Send(request, cancellationToken));
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                watch().Lost(request.RequestUri!.AbsolutePath, e.Message);
                throw;
            }
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                return Judged(request, await base.SendAsync(request, cancellationToken));
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                watch().Lost(request.RequestUri!.AbsolutePath, e.Message);
                throw;
            }
        }

        private HttpResponseMessage Judged(HttpRequestMessage request, HttpResponseMessage response)
        {
            var status = response.Headers.TryGetValues("grpc-status", out var values) ? values.First() : "0"; // a refusal by gRPC is an HTTP 200
            if (response.IsSuccessStatusCode && status == "0") watch().Sent(request.RequestUri!.AbsolutePath);
            else watch().Lost(request.RequestUri!.AbsolutePath, status == "0" ? $"it answered {(int)response.StatusCode}" : $"it answered gRPC status {status}");
            return response;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1300, LogLevel.Warning, "Telemetry: the OTLP endpoint does not take {Signal}, what is sent meanwhile is lost: {Reason}")]
        public static partial void Away(ILogger logger, string signal, string reason);

        [LoggerMessage(1301, LogLevel.Information, "Telemetry: the OTLP endpoint takes {Signal} again")]
        public static partial void Back(ILogger logger, string signal);
    }
}
