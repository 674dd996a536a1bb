using System.Text.Json;
using IntraMessenger.Shared.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IntraMessenger.Shared.Cluster;

/// <summary>
/// Responsible for keeping one document of control up to date: starts from the last good copy on disk, then waits at control for the
/// next one. Control being away changes nothing but the age.
/// </summary>
public abstract partial class ClusterFeed<T>(string path, LastGoodFile<T> file, ControlClient control, TimeProvider time, ILogger logger)
    : BackgroundService where T : class
{
    /// <summary>Of what is told to control, in characters.</summary>
    protected const int LongestReason = 1_500;

    private volatile LastGood<T>? _current;
    private bool _away;
    private bool _isDamaged;

    /// <summary>What is in force; null before the first document.</summary>
    public LastGood<T>? Current => _current;

    /// <summary>Why control could not be asked the last time; null when it answered.</summary>
    public string? ControlAwayBecause { get; private set; }

    /// <summary>The newest document's ETag and why it was refused; null when the newest is in force.</summary>
    public (string ETag, string Reason)? Refused { get; private set; }

    /// <summary>How long ago control last confirmed what is in force.</summary>
    public TimeSpan? Age => _current is { } current ? time.GetUtcNow() - current.ConfirmedAt : null;

    /// <summary>Puts a document in force, whole, or answers why not and changes nothing.</summary>
    protected abstract string? Apply(T document);

    /// <summary>Runs after a document came into force or was refused, before the next one is awaited.</summary>
    protected virtual Task AppliedAsync(CancellationToken cancellation) => Task.CompletedTask;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (file.Load() is { } copy && TryApply(copy.Document) is null)
        {
            _current = copy;
            Log.FromDisk(logger, typeof(T).Name, copy.ConfirmedAt);
        }

        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wait = 0; // the first question is answered at once, so that a start does not wait
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var known = _isDamaged ? _current?.ETag : Refused?.ETag ?? _current?.ETag;
                var fetched = await control.FetchAsync(path, known, wait, stoppingToken);
                if (_away) Log.Back(logger, typeof(T).Name);
                (_away, ControlAwayBecause, wait) = (false, null, Contracts.ClusterRoutes.LongestWait);
                if (fetched is var (content, etag)) await TakeAsync(content, etag, stoppingToken);
                else if (_current is { } current && Refused is null) Keep(current with { ConfirmedAt = time.GetUtcNow() });
                if (_isDamaged) await Task.Delay(Jitter.About(TimeSpan.FromSeconds(2)), time, stoppingToken); // it may have been damaged on its way
            }
            catch (Exception e) when (e is HttpRequestException or JsonException or OperationCanceledException or IOException && !stoppingToken.IsCancellationRequested)
            {
                if (!_away) Log.Away(logger, typeof(T).Name, Reason(e));
                (_away, ControlAwayBecause) = (true, Reason(e));
                await Task.Delay(Jitter.About(TimeSpan.FromSeconds(1)), time, stoppingToken);
            }
        }
    }

    private async Task TakeAsync(byte[] content, string etag, CancellationToken cancellation)
    {
        _isDamaged = DocumentTag.Of(content) != etag;
        var (document, damage) = _isDamaged ? (null, "Its checksum is wrong: it was damaged on its way.") : Read(content);
        if ((damage ?? TryApply(document!)) is { } why)
        {
            var reason = Contracts.Reasons.Shortened(why, LongestReason);
            if (Refused == (etag, reason)) return;
            Refused = (etag, reason);
            Log.Refused(logger, typeof(T).Name, reason);
        }
        else
        {
            Refused = null;
            Keep(new LastGood<T>(etag, time.GetUtcNow(), document!));
            Log.Applied(logger, typeof(T).Name, etag);
        }

        await AppliedAsync(cancellation);
    }

    // Whatever is in it, the program goes on with what it has.
    private string? TryApply(T document)
    {
        try
        {
            return Apply(document);
        }
        catch (Exception e)
        {
            Log.Failed(logger, typeof(T).Name, e);
            return $"It cannot be applied: {e.Message}";
        }
    }

    private static (T? Document, string? Damage) Read(byte[] content)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(content, Json.Options) is { } document ? (document, null) : (null, "It is empty.");
        }
        catch (JsonException e)
        {
            return (null, $"It cannot be read: {e.Message}");
        }
    }

    private static string Reason(Exception e) => e switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: { } tls } => tls.Message, // the outer one says no more than that it failed
        _ => e.Message,
    };

    private void Keep(LastGood<T> copy)
    {
        _current = copy;
        file.Save(copy);
    }

    private static partial class Log
    {
        [LoggerMessage(1210, LogLevel.Information, "{Document}: starting from the last good copy of {ConfirmedAt:u}")]
        public static partial void FromDisk(ILogger logger, string document, DateTimeOffset confirmedAt);

        [LoggerMessage(1211, LogLevel.Information, "{Document}: in force {ETag}")]
        public static partial void Applied(ILogger logger, string document, string eTag);

        [LoggerMessage(1212, LogLevel.Error, "{Document}: refused, the old one stays: {Reason}")]
        public static partial void Refused(ILogger logger, string document, string reason);

        [LoggerMessage(1213, LogLevel.Warning, "{Document}: control is away, going on with what is known: {Reason}")]
        public static partial void Away(ILogger logger, string document, string reason);

        [LoggerMessage(1215, LogLevel.Error, "{Document}: putting it in force failed, the old one stays")]
        public static partial void Failed(ILogger logger, string document, Exception e);

        [LoggerMessage(1214, LogLevel.Information, "{Document}: control is back")]
        public static partial void Back(ILogger logger, string document);
    }
}
