using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Dapper;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Ceiling;

/// <summary>Responsible for the requests that the load client makes, and no others.</summary>
internal sealed class Traffic(Hub hub, MessageLog log, Hashes hashes, StoreConnections connections)
{
    private const string Conversations = "/conversations/";

    public Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (path.EndsWith("/session", StringComparison.Ordinal)) return SignInAsync(context);
        var account = hub.Find(context.Request.Headers.Authorization.ToString());
        if (account == 0) return Status(context, 401);
        if (path.EndsWith("/events", StringComparison.Ordinal))
            return context.Request.Headers.Accept.ToString().StartsWith("text/event-stream", StringComparison.Ordinal) ? StreamAsync(context, account) : Status(context, 404);
        var at = path.IndexOf(Conversations, StringComparison.Ordinal);
        if (at < 0 || !HttpMethods.IsPost(context.Request.Method)) return Status(context, 404);
        var id = path.AsSpan(at + Conversations.Length);
        return hub.FindTalk(long.Parse(id[..id.IndexOf('/')], CultureInfo.InvariantCulture)) is { } talk ? SendAsync(context, account, talk) : Status(context, 404);
    }

    private async Task SendAsync(HttpContext context, long account, Talk talk)
    {
        var reader = context.Request.BodyReader;
        var body = await reader.ReadAtLeastAsync((int)context.Request.ContentLength!.Value);
        var message = Read(body.Buffer, account, talk);
        reader.AdvanceTo(body.Buffer.End);
        await log.AppendAsync(message);

        var response = context.Response;
        response.StatusCode = 201;
        response.ContentType = "application/json; charset=utf-8";
        var target = response.BodyWriter.GetSpan(256);
        Utf8.TryWrite(target, CultureInfo.InvariantCulture, $"{{\"conversationId\":\"{talk.Id}\",\"seq\":{message.Seq},\"sentAt\":\"{message.SentAt:yyyy-MM-ddTHH:mm:ss.ffffffZ}\"}}", out var length);
        response.ContentLength = length;
        response.BodyWriter.Advance(length);
    }

    private static Pending Read(ReadOnlySequence<byte> body, long account, Talk talk)
    {
        var json = new Utf8JsonReader(body);
        var clientId = Guid.Empty;
        var text = "";
        while (json.Read())
        {
            if (json.TokenType != JsonTokenType.PropertyName) continue;
            var isId = json.ValueTextEquals("clientId"u8);
            json.Read();
            if (isId) clientId = json.GetGuid();
            else text = json.GetString()!;
        }

        return new Pending(talk, account, clientId, text);
    }

    private async Task StreamAsync(HttpContext context, long account)
    {
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        var after = context.Request.Query["after"].ToString();
        await hub.HoldAsync(account, context.Response.BodyWriter, after.Length == 0 ? null : () => ReplayAsync(context, account, after), context.RequestAborted);
    }

    // What came since, and a little before: a client that comes from another server misses nothing.
    private async Task<Dictionary<long, long>> ReplayAsync(HttpContext context, long account, string after)
    {
        var since = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(after, CultureInfo.InvariantCulture)).UtcDateTime.AddSeconds(-2);
        var connection = await connections.TakeAsync();
        var missed = await connection.QueryAsync<(long ConversationId, long Seq, long Sender, string Text, DateTime SentAt)>("""
            SELECT conversation_id, seq, sender_id, text, sent_at FROM ceiling_messages WHERE conversation_id IN @ids AND sent_at >= @since ORDER BY conversation_id, seq
            """, new { ids = hub.TalksOf(account).Select(talk => talk.Id), since });
        connections.GiveBack(connection, healthy: true);
        var buffer = new byte[16 * 1024];
        var given = new Dictionary<long, long>();
        foreach (var message in missed)
        {
            given[message.ConversationId] = message.Seq;
            context.Response.BodyWriter.Write(buffer.AsSpan(0, EventText.Write(buffer, message.ConversationId, message.Seq, message.Sender, message.Text, message.SentAt)));
        }

        return given;
    }

    private async Task SignInAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        var isRight = await hashes.VerifyAsync(body.RootElement.GetProperty("password").GetString()!);
        var answer = Encoding.ASCII.GetBytes($"{{\"token\":\"{Guid.NewGuid()}\",\"cursor\":\"0\"}}");
        context.Response.StatusCode = isRight ? 201 : 401;
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer);
    }

    private static Task Status(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }
}
