using System.Threading.Channels;
using IntraMessenger.Node.Changes;

namespace IntraMessenger.Node.Events;

/// <summary>Responsible for handing on whom the journal names as having other roles or another home set: also where control is away, its store tells.</summary>
internal sealed class ChangedPeople : IEventSource
{
    private readonly Channel<long> _people = Channel.CreateUnbounded<long>(new UnboundedChannelOptions { SingleReader = true });

    public ChannelReader<long> Reader => _people.Reader;

    public IReadOnlyCollection<ChangeKind> Kinds { get; } = [ChangeKind.Person];

    /// <summary>What is known of writing to them does not depend on who is here.</summary>
    public bool ReadsForNobody => true;

    public Task ReadAsync(IReadOnlyCollection<Change> changes, EventBatch batch)
    {
        foreach (var change in changes) _people.Writer.TryWrite(change.AccountId);
        return Task.CompletedTask;
    }
}
