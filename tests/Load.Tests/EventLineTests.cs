using System.Net;
using System.Net.Sockets;
using System.Text;
using IntraMessenger.Load.Clients;
using IntraMessenger.Load.Ledgers;

namespace IntraMessenger.Load.Tests;

/// <summary>What a client takes for the same life of a node, where the ledger allows no repeat. The last stream of each brings one that the client has.</summary>
public sealed class EventLineTests
{
    private const long Alice = 1, Bob = 2;

    [Theory]
    [InlineData(0, 0, "5.7.9.0 101 102", "5.7.10.0 103")]
    [InlineData(1, 0, "5.7.9.0 101 102", "5.7.10.0 102 103")]
    [InlineData(1, 0, "5.7.9.0 101 102", "5.7.20.0 102 103")]
    [InlineData(0, 1, "5.7.9.0 101 102", "55.7.9.0 102 103")]
    [InlineData(1, 1, "5.7.9.0 101 102", "6.7.9.0 102", "6.7.10.0 102 103")]
    [InlineData(0, 1, "5.7.9.0 101 102", "", "5.7.9.0 102 103")]
    public async Task Repeat_IsAllowedFromAnotherLifeOnly(long repeated, long again, params string[] streams)
    {
        var ledger = new Ledger(TimeProvider.System);
        var talk = ledger.Open(7, lastSeq: 100, [Alice, Bob]);
        var keys = Enumerable.Range(0, 3).Select(_ => ledger.Sender(Alice).Begin(talk)).ToArray();
        using var server = new Streaming([.. streams.Select(stream => Written(stream, keys))]);
        await using var network = new LoadNetwork([server.Address], new ClientSettings { Mode = EventMode.Stream, FirstPause = TimeSpan.FromMilliseconds(1) }, ledger);
        await using var bob = new LoadClient(network, new LoadIdentity(Bob, "bob", "", Token: "t"));
        _ = bob.ListenAsync();

        await server.Written.WaitAsync(TimeSpan.FromSeconds(10));
        for (var i = 0; i < 100 && ledger.ReceivedCount < 3; i++) await Task.Delay(50);
        (ledger.ReceivedCount, ledger.Report().Repeated, ledger.Report().Again).ShouldBe((3, repeated, again));
    }

    // Its first cursor, and the numbers of its messages.
    private static string Written(string stream, MessageKey[] keys)
    {
        var parts = stream.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0) return "";
        var life = parts[0][..parts[0].IndexOf('.')];
        return $"id: {parts[0]}\n\n" + string.Concat(parts[1..].Select(seq =>
        {
            var text = new byte[200];
            var length = MessageText.Write(text, keys[int.Parse(seq) - 101], 80);
            return $"id: {life}.7.{seq}.0\nevent: message\ndata: {{\"conversationId\":\"7\",\"seq\":{seq},\"kind\":\"text\",\"from\":\"{Alice}\",\"text\":\"{Encoding.ASCII.GetString(text, 0, length)}\"}}\n\n";
        }));
    }

    /// <summary>Answers each connection with the next of these streams, and cuts all but the last.</summary>
    private sealed class Streaming : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly TaskCompletionSource _written = new();
        private Socket? _last;

        public Streaming(string[] streams)
        {
            _listener.Start();
            _ = Task.Run(async () =>
            {
                foreach (var stream in streams)
                {
                    _last?.Dispose();
                    _last = await _listener.AcceptSocketAsync();
                    await _last.ReceiveAsync(new byte[1000]);
                    await _last.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n{stream}"));
                    if (stream != streams[^1]) _last.Shutdown(SocketShutdown.Both);
                }

                _written.SetResult();
            });
        }

        public Uri Address => new($"http://{_listener.LocalEndpoint}/a");

        public Task Written => _written.Task;

        public void Dispose()
        {
            _last?.Dispose();
            _listener.Dispose();
        }
    }
}
