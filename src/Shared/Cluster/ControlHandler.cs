using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;

namespace IntraMessenger.Shared.Cluster;

/// <summary>
/// Responsible for reaching any of the controls: the last that answered first, then the others, each once a call. One that does not answer
/// in time is left like one that refuses, and also by those who wait there for news.
/// </summary>
internal sealed class ControlHandler : DelegatingHandler
{
    /// <summary>How long each control may take to answer this request; 5 s where it does not say.</summary>
    public static readonly HttpRequestOptionsKey<TimeSpan> Patience = new(nameof(Patience));

    private static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(5);

    private readonly ControlOptions _options;
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;
    private Place _place = new(0);

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
                ShouldHandle = new PredicateBuilder<HttpResponseMessage>().Handle<HttpRequestException>().HandleResult(IsFailure),
            });
        }

        _pipeline = builder.Build();
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.PathAndQuery;
        var patience = request.Options.TryGetValue(Patience, out var wanted) ? wanted : UsualPatience;
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _options.Key);
        return _pipeline.ExecuteAsync(async token => await AttemptAsync(request, path, patience, token), cancellationToken).AsTask();
    }

    private async Task<HttpResponseMessage> AttemptAsync(HttpRequestMessage request, string path, TimeSpan patience, CancellationToken cancellation)
    {
        var place = Volatile.Read(ref _place);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, place.Left);
        limit.CancelAfter(patience);
        request.RequestUri = new Uri(_options.Addresses[place.Number % _options.Addresses.Length], path);
        try
        {
            var response = await base.SendAsync(request, limit.Token);
            await response.Content.LoadIntoBufferAsync(limit.Token);
            if (IsFailure(response)) MoveOn(place);
            return response;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            if (MoveOn(place) && e is OperationCanceledException) place.Leave(); // who waits there would wait for nothing
            throw e as HttpRequestException ?? new HttpRequestException("Control did not answer in time.", e);
        }
    }

    private static bool IsFailure(HttpResponseMessage response) => response.StatusCode >= HttpStatusCode.InternalServerError;

    // Several calls that fail at one control leave it once.
    private bool MoveOn(Place from) => _options.Addresses.Length > 1 && Interlocked.CompareExchange(ref _place, new Place(from.Number + 1), from) == from;

    /// <summary>The control that is asked at present, until it is left.</summary>
    private sealed class Place(uint number)
    {
        private readonly CancellationTokenSource _left = new();

        public uint Number => number;

        public CancellationToken Left => _left.Token;

        public void Leave() => _left.Cancel();
    }
}
