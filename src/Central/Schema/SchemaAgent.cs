using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Central.Schema;

/// <summary>Responsible for the schema at the start of control: tries until the store is there, and never gives up.</summary>
internal sealed partial class SchemaAgent(SchemaService schema, TimeProvider time, ILogger<SchemaAgent> logger) : BackgroundService, IReadiness
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string _reason = "The store was not reached yet.";

    /// <summary>Ends when the schema is there: nothing of control reads the store before.</summary>
    public Task Done => _done.Task;

    public string? NotReadyBecause => Done.IsCompletedSuccessfully ? null : _reason;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var told = false; !await TryAsync(told); told = true)
            await Task.Delay(Jitter.About(TimeSpan.FromSeconds(1)), time, stoppingToken);
        _done.SetResult();
    }

    private async Task<bool> TryAsync(bool told)
    {
        try
        {
            var server = await schema.PrepareAsync();
            if (server.NotDurableBecause is { } why) Log.NotDurable(logger, why);
            Log.Ready(logger, server.Version);
            return true;
        }
        catch (Exception e)
        {
            _reason = e.Message;
            if (!told) Log.Waiting(logger, e.Message);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2100, LogLevel.Information, "The store is ready: {Version}")]
        public static partial void Ready(ILogger logger, string version);

        [LoggerMessage(2101, LogLevel.Warning, "The store is not ready, trying again: {Reason}")]
        public static partial void Waiting(ILogger logger, string reason);

        [LoggerMessage(2102, LogLevel.Warning, "{Reason}")]
        public static partial void NotDurable(ILogger logger, string reason);
    }
}
