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
    private Place _place = new(0, null);

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
        Uri? tried = null;
        return _pipeline.ExecuteAsync(async token =>
        {
            var place = Volatile.Read(ref _place);
            var address = AddressOf(place.Number);
            if (address == tried) address = AddressOf(place.Number + 1); // others have gone round meanwhile
            request.RequestUri = new Uri(tried = address, path);
            return await AttemptAsync(request, place, patience, token);
        }, cancellationToken).AsTask();
    }

    private async Task<HttpResponseMessage> AttemptAsync(HttpRequestMessage request, Place place, TimeSpan patience, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, place.Left);
        limit.CancelAfter(patience);
        try
        {
            var response = await base.SendAsync(request, limit.Token);
            await response.Content.LoadIntoBufferAsync(limit.Token);
            place.Answered();
            if (IsFailure(response)) MoveOn(place, standsStill: false);
            return response;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            MoveOn(place, standsStill: e is OperationCanceledException);
            throw e as HttpRequestException ?? new HttpRequestException("Control did not answer in time.", e);
        }
    }

    private static bool IsFailure(HttpResponseMessage response) => response.StatusCode >= HttpStatusCode.InternalServerError;

    private Uri AddressOf(uint number) => _options.Addresses[number % _options.Addresses.Length];

    // Several calls that fail at one control leave it once.
    private void MoveOn(Place from, bool standsStill)
    {
        if (_options.Addresses.Length > 1 && Interlocked.CompareExchange(ref _place, new Place(from.Number + 1, standsStill ? from : null), from) == from) from.Forget();
    }

    /// <summary>The control that is asked at present.</summary>
    /// <param name="number">Counts on, round all addresses.</param>
    /// <param name="before">The one before it, where that stood still.</param>
    private sealed class Place(uint number, Place? before)
    {
        private readonly CancellationTokenSource _left = new();

        public uint Number => number;

        /// <summary>Who waits for news at a control that stands still goes on at the one that answers.</summary>
        public CancellationToken Left => _left.Token;

        public void Forget() => before = null;

        public void Answered() => Interlocked.Exchange(ref before, null)?._left.Cancel();
    }
}
