using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Dapper;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Ceiling;

/// <summary>A message that waits for its commit.</summary>
internal sealed class Pending(Talk talk, long sender, Guid clientId, string text)
{
    private readonly TaskCompletionSource _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Talk Talk => talk;

    public long Sender => sender;

    public Guid ClientId => clientId;

    public string Text => text;

    public long Seq { get; set; }

    public DateTimeOffset SentAt { get; set; }

    public Task Committed => _committed.Task;

    public void Done(Exception? fault)
    {
        if (fault is null) _committed.SetResult();
        else _committed.SetException(fault);
    }
}

/// <summary>Responsible for messages: everything that waits goes into one insert, is committed, answered and told to the members' streams.</summary>
internal sealed class MessageLog(StoreConnections connections, Hub hub, TimeProvider time)
{
    private const int MostAtOnce = 1_000;

    private readonly Channel<Pending> _queue = Channel.CreateUnbounded<Pending>(new UnboundedChannelOptions { SingleReader = true });
    private readonly StringBuilder _sql = new();
    private readonly List<Pending> _round = [];
    private readonly HashSet<EventStream> _dirty = [];

    public Task AppendAsync(Pending message)
    {
        _queue.Writer.TryWrite(message);
        return message.Committed;
    }

    public async Task RunAsync()
    {
        var connection = await connections.TakeAsync();
        while (await _queue.Reader.WaitToReadAsync())
        {
            _round.Clear();
            while (_round.Count < MostAtOnce && _queue.Reader.TryRead(out var message)) _round.Add(message);
            try
            {
                await InsertAsync(connection);
            }
            catch (Exception e)
            {
                foreach (var message in _round) message.Done(e);
                continue;
            }

            foreach (var message in _round)
            {
                message.Done(null);
                Tell(message);
            }

            foreach (var stream in _dirty) await stream.FlushAsync();
            _dirty.Clear();
        }
    }

    private async Task InsertAsync(DbConnection connection)
    {
        try
        {
            await connection.ExecuteAsync(Insert(time.GetUtcNow()));
        }
        catch (DbException)
        {
            // Another server, which is gone, has numbered these conversations.
            var last = await connection.QueryAsync<(long Id, long Seq)>("SELECT conversation_id, MAX(seq) FROM ceiling_messages WHERE conversation_id IN @ids GROUP BY conversation_id",
                new { ids = _round.Select(message => message.Talk.Id).Distinct() });
            var numbers = last.ToDictionary(row => row.Id, row => row.Seq);
            foreach (var talk in _round.Select(message => message.Talk).Distinct()) talk.LastSeq = numbers.GetValueOrDefault(talk.Id, talk.Before);
            await connection.ExecuteAsync(Insert(time.GetUtcNow()));
        }
    }

    private string Insert(DateTimeOffset now)
    {
        _sql.Clear().Append("INSERT INTO ceiling_messages (conversation_id, seq, sender_id, client_id, text, sent_at) VALUES ");
        Span<byte> id = stackalloc byte[16];
        Span<char> hex = stackalloc char[32];
        for (var i = 0; i < _round.Count; i++)
        {
            var message = _round[i];
            (message.Seq, message.SentAt) = (++message.Talk.LastSeq, now);
            message.ClientId.TryWriteBytes(id, bigEndian: true, out _);
            Convert.TryToHexString(id, hex, out _);
            if (i > 0) _sql.Append(',');
            _sql.Append(CultureInfo.InvariantCulture, $"({message.Talk.Id},{message.Seq},{message.Sender},x'").Append(hex).Append("','")
                .Append(message.Text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal))
                .Append(CultureInfo.InvariantCulture, $"','{now:yyyy-MM-dd HH:mm:ss.ffffff}')");
        }

        return _sql.ToString();
    }

    private void Tell(Pending message)
    {
        Span<byte> buffer = stackalloc byte[512];
        byte[]? large = message.Text.Length > 200 ? new byte[message.Text.Length * 3 + 512] : null;
        var target = large ?? buffer;
        var length = EventText.Write(target, message.Talk.Id, message.Seq, message.Sender, message.Text, message.SentAt);
        foreach (var member in message.Talk.Members)
        {
            if (hub.FindStream(member) is not { } stream) continue;
            stream.Write(message.Talk.Id, message.Seq, target[..length]);
            _dirty.Add(stream);
        }
    }
}
