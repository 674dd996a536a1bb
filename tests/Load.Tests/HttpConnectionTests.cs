using System.Net;
using System.Net.Sockets;
using System.Text;
using IntraMessenger.Load.Http;

namespace IntraMessenger.Load.Tests;

public sealed class HttpConnectionTests
{
    [Theory]
    [InlineData("HTTP/1.1 201 Created\r\nContent-Length: 11\r\n\r\nhello world", 201)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n", 200)]
    [InlineData("HTTP/1.0 200 OK\r\n\r\nhello world", 200)]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world", 200)]
    public async Task Exchange_HoweverTheBytesCome_GivesStatusAndContent(string answer, int status)
    {
        foreach (var size in new[] { 1, 7, 1000 })
        {
            using var server = new Answering(answer, size);
            using var connection = await server.ConnectAsync();

            (await connection.ExchangeAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray())).ShouldBe(status);

            Encoding.ASCII.GetString(connection.Content).ShouldBe("hello world");
        }
    }

    [Fact]
    public async Task Exchange_LongAnswer_Grows()
    {
        var text = string.Concat(Enumerable.Range(0, 20_000).Select(i => i.ToString("00000")));
        var chunks = string.Concat(text.Chunk(999).Select(part => $"{part.Length:x}\r\n{new string(part)}\r\n"));
        using var server = new Answering($"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}0\r\n\r\n", 1_460);
        using var connection = await server.ConnectAsync();

        await connection.ExchangeAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());

        Encoding.ASCII.GetString(connection.Content).ShouldBe(text);
        connection.IsReusable.ShouldBeTrue();
    }

    [Fact]
    public async Task Exchange_CutAnswer_IsLost()
    {
        using var server = new Answering("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nhello world", 1000);
        using var connection = await server.ConnectAsync();

        await Should.ThrowAsync<IOException>(async () => await connection.ExchangeAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray()));
    }

    [Fact]
    public async Task Exchange_Busy_TellsWhenToTryAgain()
    {
        using var server = new Answering("HTTP/1.1 503 Service Unavailable\r\nretry-after: 7\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", 1000);
        using var connection = await server.ConnectAsync();

        (await connection.ExchangeAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray())).ShouldBe(503);

        connection.Head.RetryAfterSeconds.ShouldBe(7);
        connection.IsReusable.ShouldBeFalse();
    }

    [Fact]
    public void EventText_PartOfAnEvent_WaitsForTheRest()
    {
        var all = "id: 5\n\n:\n\nid: 6\nevent: message\ndata: {\"a\":1}\n\nid: 7\nevent"u8;

        EventText.TryTake(ref all, out var cursor).ShouldBeTrue();
        Encoding.ASCII.GetString(cursor.Id).ShouldBe("5");
        EventText.TryTake(ref all, out var heartbeat).ShouldBeTrue();
        heartbeat.Id.Length.ShouldBe(0);
        EventText.TryTake(ref all, out var message).ShouldBeTrue();
        Encoding.ASCII.GetString(message.Type).ShouldBe("message");
        Encoding.ASCII.GetString(message.Data).ShouldBe("{\"a\":1}");
        EventText.TryTake(ref all, out _).ShouldBeFalse();
        Encoding.ASCII.GetString(all).ShouldBe("id: 7\nevent");
    }

    /// <summary>Answers the first request with these bytes, so many at a time, and closes.</summary>
    private sealed class Answering : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public Answering(string answer, int size)
        {
            _listener.Start();
            _ = Task.Run(async () =>
            {
                using var socket = await _listener.AcceptSocketAsync();
                socket.NoDelay = true;
                await socket.ReceiveAsync(new byte[1000]);
                foreach (var part in Encoding.ASCII.GetBytes(answer).Chunk(size)) await socket.SendAsync(part);
                socket.Shutdown(SocketShutdown.Both);
            });
        }

        public async Task<HttpConnection> ConnectAsync()
        {
            var connection = new HttpConnection(new WireCount(), TimeProvider.System);
            await connection.ConnectAsync(_listener.LocalEndpoint, TimeSpan.FromSeconds(5), CancellationToken.None);
            return connection;
        }

        public void Dispose() => _listener.Dispose();
    }
}
