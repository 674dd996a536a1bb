using System.Text.Json;
using IntraMessenger.Node.Conversations;
using IntraMessenger.Node.Sessions;
using IntraMessenger.Node.Settings;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Events;

/// <summary>Responsible for telling clients the options that hold for them when these change: with the settings, or because a role was given or taken.</summary>
internal sealed partial class OptionsAgent(
    EventHub hub, SettingsAgent settings, PeopleRules rules, SessionService sessions, WritingRights rights, TimeProvider time, ILogger<OptionsAgent> logger)
    : BackgroundService
{
    /// <summary>A request that read the roles before they changed may remember them after they were read again.</summary>
    private static readonly TimeSpan Once = TimeSpan.FromSeconds(5);

    private long? _holdersVersion;
    private bool _isFresh;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var next = settings.NextChange;
            try
            {
                await TellAsync();
                await WaitAsync(next, stoppingToken);
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(Jitter.About(TimeSpan.FromSeconds(1)), time, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Log.Failed(logger, e);
                await Task.Delay(Jitter.About(TimeSpan.FromSeconds(1)), time, stoppingToken);
            }
        }
    }

    private Task WaitAsync(Task next, CancellationToken stopping) =>
        _isFresh ? Task.WhenAny(next, Task.Delay(Once, time, stopping)) : next.WaitAsync(stopping);

    private async Task TellAsync()
    {
        if (settings.Current is not { } current) return;
        if (current.Document.HoldersVersion != _holdersVersion || _isFresh)
        {
            _isFresh = current.Document.HoldersVersion != _holdersVersion && _holdersVersion is not null;
            rights.Forget();
            var hosted = hub.Sessions.ToArray();
            var roles = await sessions.RefreshRolesAsync(hosted.Select(session => session.Session.AccountId));
            foreach (var session in hosted) session.Roles = roles.GetValueOrDefault(session.Session.AccountId, "");
            _holdersVersion = current.Document.HoldersVersion;
        }

        foreach (var byRoles in hub.Sessions.GroupBy(session => session.Roles))
        {
            var options = rules.Of(byRoles.Key).ForClients;
            var item = HostedEvent.Of("options", new OptionsEvent(options));
            foreach (var session in byRoles.Where(session => !IsSame(session.ToldOptions, options)))
            {
                session.ToldOptions = options;
                session.Append(item);
            }
        }
    }

    private static bool IsSame(IReadOnlyDictionary<string, JsonElement>? told, IReadOnlyDictionary<string, JsonElement> options) =>
        ReferenceEquals(told, options) || told is not null && told.Count == options.Count
        && told.All(option => options.TryGetValue(option.Key, out var value) && JsonElement.DeepEquals(option.Value, value));

    private static partial class Log
    {
        [LoggerMessage(3402, LogLevel.Error, "Telling changed options failed; it is tried again")]
        public static partial void Failed(ILogger logger, Exception e);
    }
}

/// <summary>The payload of an <c>options</c> event.</summary>
internal sealed record OptionsEvent(IReadOnlyDictionary<string, JsonElement> Options);
