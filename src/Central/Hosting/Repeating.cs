namespace IntraMessenger.Central.Hosting;

/// <summary>
/// Responsible for doing one thing again and again. A failure is told once, not every time, and never ends the program;
/// what was known before it stays.
/// </summary>
internal abstract partial class Repeating(TimeSpan interval, TimeProvider time, ILogger logger) : BackgroundService
{
    /// <summary>Why the last try failed; null when it succeeded.</summary>
    public string? FailingBecause { get; private set; }

    protected abstract Task DoAsync(CancellationToken cancellation);

    /// <summary>What must be there before the first try.</summary>
    protected virtual Task ReadyAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Ends when it is time for the next try.</summary>
    protected virtual Task PauseAsync(CancellationToken cancellation) => Task.Delay(interval, time, cancellation);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await ReadyAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await DoAsync(stoppingToken);
                if (FailingBecause is not null) Log.Back(logger, GetType().Name);
                FailingBecause = null;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (FailingBecause is null) Log.Failing(logger, GetType().Name, e.Message);
                FailingBecause = e.Message;
            }

            await PauseAsync(stoppingToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2010, LogLevel.Warning, "{Monitor} cannot look, what is known stays: {Reason}")]
        public static partial void Failing(ILogger logger, string monitor, string reason);

        [LoggerMessage(2011, LogLevel.Information, "{Monitor} can look again")]
        public static partial void Back(ILogger logger, string monitor);
    }
}
