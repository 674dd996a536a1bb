using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;

namespace IntraMessenger.Shared.Cluster;

/// <summary>Responsible for reaching any of the controls: the last that answered first, then the others, each once a call.</summary>
internal sealed class ControlHandler : DelegatingHandler
{
    private readonly ControlOptions _options;
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;
    private int _current;

    public ControlHandler(IOptions<ControlOptions> options)
    {
        _options = options.Value;
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage>();
        if (_options.Addresses.Length > 1)
        {
            builder.AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = _options.Addresses.Length - 1,
                Delay = TimeSpan.FromMilliseconds(50),
                UseJitter = true,
                ShouldHandle = new PredicateBuilder<HttpResponseMessage>()
                    .Handle<HttpRequestException>()
                    .HandleResult(response => response.StatusCode >= HttpStatusCode.InternalServerError),
                OnRetry = _ =>
                {
                    Interlocked.Increment(ref _current);
                    return ValueTask.CompletedTask;
                },
            });
        }

        _pipeline = builder.Build();
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.PathAndQuery;
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _options.Key);
        return _pipeline.ExecuteAsync(async token =>
        {
            request.RequestUri = new Uri(_options.Addresses[(uint)_current % _options.Addresses.Length], path);
            return await base.SendAsync(request, token);
        }, cancellationToken).AsTask();
    }
}
