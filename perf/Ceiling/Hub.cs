using System.Buffers;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.IO.Pipelines;

namespace IntraMessenger.Ceiling;

/// <summary>A conversation with its last number.</summary>
internal sealed class Talk(long id, long lastSeq, IReadOnlyList<long> members)
{
    public long Id => id;

    /// <summary>The last number when the server started.</summary>
    public long Before { get; } = lastSeq;

    public long LastSeq { get; set; } = lastSeq;

    public IReadOnlyList<long> Members => members;
}

/// <summary>Responsible for who somebody is, by token, and for the open event streams.</summary>
internal sealed class Hub
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(25);

    private readonly FrozenDictionary<string, long> _accounts;
    private readonly FrozenDictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> _byToken;
    private readonly FrozenDictionary<long, Talk> _talks;
    private readonly FrozenDictionary<long, Talk[]> _ofAccount;
    private readonly ConcurrentDictionary<long, EventStream> _streams = new();
    private readonly TimeProvider _time;

    public Hub(PeopleFile people, TimeProvider time)
    {
        _time = time;
        _accounts = people.People.ToFrozenDictionary(person => person.Token, person => person.Id);
        _byToken = _accounts.GetAlternateLookup<ReadOnlySpan<char>>();
        _talks = people.Talks.ToFrozenDictionary(talk => talk.Id, talk => new Talk(talk.Id, talk.LastSeq, talk.Members));
        _ofAccount = _talks.Values.SelectMany(talk => talk.Members.Select(member => (member, talk))).GroupBy(pair => pair.member)
            .ToFrozenDictionary(group => group.Key, group => group.Select(pair => pair.talk).ToArray());
    }

    /// <summary>0 for nobody.</summary>
    public long Find(string authorization) =>
        authorization.Length > 7 && _byToken.TryGetValue(authorization.AsSpan(7), out var account) ? account : 0;

    public Talk? FindTalk(long id) => _talks.GetValueOrDefault(id);

    public IReadOnlyList<Talk> TalksOf(long account) => _ofAccount.GetValueOrDefault(account) ?? [];

    public EventStream? FindStream(long account) => _streams.GetValueOrDefault(account);

    /// <summary>Until the client goes away.</summary>
    /// <param name="account">Whose stream it is.</param>
    /// <param name="writer">Of the response.</param>
    /// <param name="replay">Writes what came before, and answers the last number of each conversation in it; null for a client that begins now.</param>
    /// <param name="aborted">The client is gone.</param>
    public async Task HoldAsync(long account, PipeWriter writer, Func<Task<Dictionary<long, long>>>? replay, CancellationToken aborted)
    {
        var stream = new EventStream(writer, isPaused: replay is not null);
        if (replay is null) WriteId(writer, _time.GetUtcNow().ToUnixTimeMilliseconds());
        _streams[account] = stream;
        if (replay is not null) stream.GoOn(await replay());
        await stream.FlushAsync();
        var gone = new TaskCompletionSource();
        await using (aborted.UnsafeRegister(static source => ((TaskCompletionSource)source!).SetResult(), gone)) await gone.Task;
        _streams.TryRemove(new KeyValuePair<long, EventStream>(account, stream));
        stream.Close();
    }

    public async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(Heartbeat, _time);
        while (await timer.WaitForNextTickAsync())
        {
            foreach (var (_, stream) in _streams)
            {
                stream.Beat();
                await stream.FlushAsync();
            }
        }
    }

    private static void WriteId(PipeWriter writer, long cursor)
    {
        var span = writer.GetSpan(64);
        "id: "u8.CopyTo(span);
        Utf8Formatter.TryFormat(cursor, span[4..], out var written);
        "\n\n"u8.CopyTo(span[(4 + written)..]);
        writer.Advance(written + 6);
    }
}

/// <summary>Responsible for one event stream: what is written goes out with the next flush, or when what came before has been written.</summary>
internal sealed class EventStream(PipeWriter writer, bool isPaused)
{
    private readonly Lock _lock = new();
    private List<(long Conversation, long Seq, byte[] Bytes)>? _meanwhile = isPaused ? [] : null;
    private Dictionary<long, long>? _given;
    private bool _isClosed;

    public void Write(long conversation, long seq, ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            if (_isClosed || _given?.GetValueOrDefault(conversation) >= seq) return;
            if (_meanwhile is null) writer.Write(bytes);
            else _meanwhile.Add((conversation, seq, bytes.ToArray()));
        }
    }

    public void GoOn(Dictionary<long, long> given)
    {
        lock (_lock)
        {
            writer.Write(":\n\n"u8);
            foreach (var (conversation, seq, bytes) in _meanwhile!)
            {
                if (seq > given.GetValueOrDefault(conversation)) writer.Write(bytes);
            }

            (_meanwhile, _given) = (null, given);
        }
    }

    public void Beat()
    {
        lock (_lock)
        {
            if (!_isClosed && _meanwhile is null) writer.Write(":\n\n"u8);
        }
    }

    public ValueTask FlushAsync()
    {
        lock (_lock)
        {
            if (_isClosed || _meanwhile is not null) return ValueTask.CompletedTask;
            var flush = writer.FlushAsync();
            return flush.IsCompletedSuccessfully ? ValueTask.CompletedTask : new ValueTask(flush.AsTask());
        }
    }

    public void Close()
    {
        lock (_lock) _isClosed = true;
    }
}
