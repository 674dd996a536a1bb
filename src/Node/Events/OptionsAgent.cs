using System.Text.Json;
using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Conversations;
using IntraMessenger.Node.Sessions;
using IntraMessenger.Node.Settings;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Events;

/// <summary>
/// Responsible for by whose rules people act here: looks again at those whom control or the journal names, at all now and then; and for telling
/// clients the options that hold for them when these change.
/// </summary>
internal sealed partial class OptionsAgent(
    EventHub hub, SettingsAgent settings, PeopleRules rules, SessionService sessions, WritingRights rights, ChangeStore changes, ChangedPeople changed, TimeProvider time,
    ILogger<OptionsAgent> logger)
    : BackgroundService
{
    /// <summary>A request that read the store before it changed may remember that after it was read again.</summary>
    private static readonly TimeSpan Once = TimeSpan.FromSeconds(5);

    /// <summary>How old may be what nobody names: passwords expire by themselves, and the control of an older version does not write whom it changed.</summary>
    private static readonly TimeSpan LongestKnown = TimeSpan.FromSeconds(15);

    /// <param name="People">At whom; null for everybody.</param>
    /// <param name="DueAt">By the monotonic clock.</param>
    private sealed record Look(IReadOnlySet<long>? People, long DueAt, bool IsSecond = false);

    private readonly List<Look> _looks = [];
    private long? _holdersVersion;
    private long _lookedAt;
    private Task? _named;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var next = settings.NextChange;
            try
            {
                if (settings.Current is not { } current)
                {
                    await next.WaitAsync(stoppingToken);
                    continue;
                }

                await PlanAsync(current.Document.HoldersVersion);
                await LookAsync();
                Tell();
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

    private async Task PlanAsync(long holdersVersion)
    {
        var now = time.GetTimestamp();
        var named = new HashSet<long>();
        while (changed.Reader.TryRead(out var id)) named.Add(id);
        if (named.Count > 0) _looks.Add(new Look(named, now));
        if (holdersVersion == _holdersVersion) return;
        _looks.Add(new Look(_holdersVersion is { } before ? (await changes.PeopleAsync(before, holdersVersion))?.ToHashSet() : null, now));
        _holdersVersion = holdersVersion;
    }

    // What is planned stays planned until it succeeded.
    private async Task LookAsync()
    {
        var now = time.GetTimestamp();
        var due = _looks.FindAll(look => look.DueAt <= now);
        var isOld = time.GetElapsedTime(_lookedAt, now) >= LongestKnown;
        if (due.Count == 0 && !isOld) return;
        var named = due.Exists(look => look.People is null) ? null : due.SelectMany(look => look.People!).ToHashSet();
        if (due.Count > 0) rights.Forget(named);

        var hosted = hub.Sessions.ToArray();
        var standings = await sessions.RefreshAsync(hosted.Select(session => session.Session.AccountId), isOld ? null : named);
        foreach (var session in hosted)
        {
            if (standings.TryGetValue(session.Session.AccountId, out var standing)) session.Roles = standing.Roles;
        }

        if (isOld || named is null) _lookedAt = now;
        _looks.RemoveAll(due.Contains);
        foreach (var first in due.Where(look => !look.IsSecond)) _looks.Add(new Look(first.People, After(Once), IsSecond: true));
    }

    private Task WaitAsync(Task next, CancellationToken stopping)
    {
        if (_named?.IsCompleted != false) _named = changed.Reader.WaitToReadAsync(stopping).AsTask();
        var due = _looks.Select(look => look.DueAt).Append(_lookedAt + Ticks(LongestKnown)).Min();
        var rest = time.GetElapsedTime(time.GetTimestamp(), Math.Max(due, time.GetTimestamp())) + TimeSpan.FromMilliseconds(1);
        return Task.WhenAny(next, _named, Task.Delay(rest, time, stopping));
    }

    private void Tell()
    {
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

    private long After(TimeSpan span) => time.GetTimestamp() + Ticks(span);

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

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
