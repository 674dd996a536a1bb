using System.Text;
using Dapper;
using IntraMessenger.Load.Ledgers;
using IntraMessenger.Load.Setup;
using IntraMessenger.Testing;

namespace IntraMessenger.Load.Tests;

/// <summary>What the store has at the end, against what was acknowledged: five messages of the first of a pair.</summary>
public sealed class StoreComparisonTests(StoreFixture fixture) : IClassFixture<StoreFixture>
{
    private readonly Ledger _ledger = new(TimeProvider.System);

    [Theory]
    [InlineData("DO 0", 0)]
    [InlineData("DELETE FROM messages WHERE seq = 3", 1)]
    [InlineData("DELETE FROM messages WHERE seq > 3", 2)]
    [InlineData("UPDATE messages SET text = CONCAT(text, '!') WHERE seq = 2", 1)]
    [InlineData("UPDATE messages SET sender_id = sender_id + 1 WHERE seq = 4", 1)]
    [InlineData("UPDATE conversations SET last_seq = 6", 1)]
    [InlineData("UPDATE conversations SET last_seq = 4", 1)]
    public async Task Comparison_AfterSomethingVanished_CountsIt(string what, long notStored)
    {
        var connectionString = await PrepareAsync(what);
        await using var store = new PopulationStore(connectionString);
        await store.CompareAsync(_ledger);

        var report = _ledger.Report();
        (report.NotStored, report.Failures).ShouldBe((notStored, notStored));
    }

    [Fact]
    public async Task Comparison_OfAMessageUnderTwoNumbers_CountsIt()
    {
        var connectionString = await PrepareAsync("""
            INSERT INTO messages SELECT conversation_id, 6, kind, sender_id, UNHEX(REPEAT('f', 32)), text_digest, text, sent_at, edited_at FROM messages WHERE seq = 5;
            UPDATE conversations SET last_seq = 6
            """);
        await using var store = new PopulationStore(connectionString);
        await store.CompareAsync(_ledger);

        (_ledger.Report().StoredTwice, _ledger.Report().NotStored).ShouldBe((1, 0));
    }

    [Fact]
    public async Task Comparison_OfAMessageThatNobodySent_CountsIt()
    {
        var connectionString = await PrepareAsync("""
            INSERT INTO messages SELECT conversation_id, 6, kind, sender_id, UNHEX(REPEAT('f', 32)), text_digest, 'hello', sent_at, edited_at FROM messages WHERE seq = 5;
            UPDATE conversations SET last_seq = 6
            """);
        await using var store = new PopulationStore(connectionString);
        await store.CompareAsync(_ledger);

        (_ledger.Report().Foreign, _ledger.Report().Failures).ShouldBe((1, 1));
    }

    private async Task<string> PrepareAsync(string what)
    {
        var connectionString = await fixture.MigratedDatabaseAsync();
        await using var connections = StoreFixture.Connect(connectionString);
        var connection = await connections.TakeAsync();
        await using var store = new PopulationStore(connectionString);
        var talk = (await store.PairsAsync(2, "a")).Talks[0];
        var conversation = _ledger.Open(talk.Id, 0, talk.Members);
        var sender = _ledger.Sender(talk.Members[0]);
        for (var seq = 1; seq <= 5; seq++)
        {
            var key = sender.Begin(conversation);
            var text = new byte[200];
            var length = MessageText.Write(text, key, 80);
            await connection.ExecuteAsync("INSERT INTO messages (conversation_id, seq, kind, sender_id, client_id, text_digest, text, sent_at) VALUES (@id, @seq, 'text', @sender, @client, @client, @text, UTC_TIMESTAMP(6))",
                new { id = talk.Id, seq, sender = key.Sender, client = Guid.NewGuid().ToByteArray(), text = Encoding.ASCII.GetString(text, 0, length) });
            sender.Acknowledged(key, seq);
        }

        await connection.ExecuteAsync($"UPDATE conversations SET last_seq = 5; {what}");
        connections.GiveBack(connection, healthy: true);
        return connectionString;
    }
}
