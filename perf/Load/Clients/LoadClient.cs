using System.Text;
using System.Text.Json;
using IntraMessenger.Load.Ledgers;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Load.Clients;

/// <summary>
/// Somebody with a client, as lean as can be: signs in, holds an event stream or polls, comes back after every loss, with jitter and from its
/// cursor, and repeats a send with the same clientId until it is answered. Everything goes into the ledger.
/// </summary>
public sealed class LoadClient : IAsyncDisposable
{
    private const int PageSize = 200;

    private readonly LoadNetwork _network;
    private readonly LoadIdentity _identity;
    private readonly ClientRoute _route;
    private readonly RequestLine _requests;
    private readonly EventLine _events;
    private readonly SenderLog _sender;
    private readonly ReceiverLog _receiver;
    private readonly CancellationTokenSource _stop = new();
    private Task _listening = Task.CompletedTask;

    /// <param name="network">What all clients of the run share.</param>
    /// <param name="identity">Who this is.</param>
    /// <param name="start">The index of the address to begin with.</param>
    /// <param name="stays">It knows no other address than that.</param>
    public LoadClient(LoadNetwork network, LoadIdentity identity, int start = 0, bool stays = false)
    {
        _network = network;
        _identity = identity;
        _route = new ClientRoute(network, start, stays);
        _sender = network.Ledger.Sender(identity.AccountId);
        _receiver = network.Ledger.Receiver(identity.AccountId);
        _requests = new RequestLine(network, _route) { Token = identity.Token ?? "" };
        _events = new EventLine(network, _route, _receiver, FetchAsync) { Token = identity.Token ?? "" };
    }

    public long AccountId => _identity.AccountId;

    /// <summary>Whether its events come at this moment.</summary>
    public bool IsListening => _events.IsLive;

    /// <summary>Whether it polls, by choice or because streams do not come through.</summary>
    public bool IsPolling => _events.IsPolling;

    /// <summary>When a send of it was acknowledged last; 0 before the first.</summary>
    public long LastAcknowledgedAt => _requests.LastAcknowledgedAt;

    /// <summary>The status of the last send that was refused.</summary>
    public int LastRefusal => _requests.LastStatus;

    /// <summary>With name and password. Answers the status: 201 where it is good.</summary>
    public Task<int> SignInAsync(CancellationToken cancellation = default)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new { username = _identity.Username, password = _identity.Password }, Json.Options);
        return _requests.AskAsync(address => RequestText.Post(address, "session", null, body), (status, content) =>
        {
            if (status != 201) return status;
            using var answer = JsonDocument.Parse(Encoding.UTF8.GetString(content));
            _requests.Token = _events.Token = answer.RootElement.GetProperty("token").GetString()!;
            _events.StartFrom(answer.RootElement.GetProperty("cursor").GetString()!);
            return status;
        }, cancellation);
    }

    /// <summary>Listens from now on, in the background; completes when the first event request is open.</summary>
    public Task ListenAsync()
    {
        _listening = _events.RunAsync(_stop.Token);
        return _events.Live;
    }

    /// <summary>One at a time. The outcome is certain unless <paramref name="cancellation"/> ended it.</summary>
    public ValueTask<SendOutcome> SendAsync(ConversationLog conversation, CancellationToken cancellation = default) =>
        _requests.SendAsync(_sender, conversation, cancellation);

    /// <summary>At the end of a run: fetches what was acknowledged and never came as an event. The ledger takes that for a failure.</summary>
    public Task FetchMissedAsync(CancellationToken cancellation = default) => FetchAsync(_receiver.Missed, cancellation);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _listening;
        _requests.Dispose();
        _stop.Dispose();
    }

    private Task FetchAsync(CancellationToken cancellation) => FetchAsync(_receiver.Fetched, cancellation);

    private async Task FetchAsync(Action<long, long, MessageKey> take, CancellationToken cancellation)
    {
        foreach (var conversation in _network.Ledger.ConversationsOf(AccountId))
        {
            while (await FetchPageAsync(conversation.Id, take, cancellation))
            {
                // until it was the last page
            }
        }
    }

    // False where it was the last one. While others go on writing there is always one more.
    private Task<bool> FetchPageAsync(long conversationId, Action<long, long, MessageKey> take, CancellationToken cancellation)
    {
        var after = _receiver.HasAllUpTo(conversationId);
        return _requests.AskAsync(address => RequestText.Get(address, $"conversations/{conversationId}/messages?after={after}&limit={PageSize}", _requests.Token), (status, content) =>
        {
            if (status != 200) return false;
            var reader = new Utf8JsonReader(content);
            while (reader.Read() && reader.TokenType != JsonTokenType.StartArray)
            {
                // up to the items
            }

            var count = 0;
            for (; reader.Read() && reader.TokenType == JsonTokenType.StartObject; count++)
            {
                var item = EventReading.ReadObject(ref reader, default);
                take(conversationId, item.Seq, item.Key);
            }

            return count == PageSize && _receiver.HasAllUpTo(conversationId) > after;
        }, cancellation);
    }
}
