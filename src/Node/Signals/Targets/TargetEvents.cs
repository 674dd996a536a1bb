using IntraMessenger.Node.Changes;

namespace IntraMessenger.Node.Signals.Targets;

/// <summary>Responsible for what the sweep finds being known here too. Makes no events.</summary>
internal sealed class TargetEvents(Audience audience) : IEventSource
{
    public IReadOnlyCollection<ChangeKind> Kinds { get; } = [ChangeKind.Session, ChangeKind.Conversation];

    public bool ReadsForNobody => true;

    public Task ReadAsync(IReadOnlyCollection<Change> changes, EventBatch batch)
    {
        foreach (var change in changes) audience.Heard(change);
        return Task.CompletedTask;
    }
}
