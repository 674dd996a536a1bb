using System.Text;
using IntraMessenger.Node.Changes;
using IntraMessenger.Node.Conversations;
using IntraMessenger.Node.Events;
using IntraMessenger.Node.Messages;
using Microsoft.Extensions.DependencyInjection;

namespace IntraMessenger.Node.Tests.Events;

public sealed class MessageFeedTests : IAsyncLifetime
{
    private const int Conversations = 100;
    private const int Messages = 3;

    private TestCluster _cluster = null!;
    private TestNode _node = null!;

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync();
        _node = await _cluster.StartNodeAsync("a");
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Changes_WithoutTheirMessages_AreReadTogetherAndGivenInOrder()
    {
        await _node.SignUpAsync("alice");
        var alice = await _cluster.ScalarAsync<long>("SELECT id FROM accounts WHERE username_key = 'alice'");
        await _cluster.ExecuteAsync($"""
            INSERT INTO conversations (kind, first_seq, last_seq, changed_at) SELECT 'conference', 1, 0, UTC_TIMESTAMP(6) FROM seq_1_to_{Conversations};
            INSERT INTO conversation_members (conversation_id, account_id, read_seq) SELECT id, {alice}, 0 FROM conversations
            """);
        var feed = new MessageFeed(_node.Services.GetRequiredService<ConversationStore>(), _node.Services.GetRequiredService<MessageStore>(), TimeProvider.System);
        await feed.FollowAsync(alice);
        await _cluster.ExecuteAsync($"""
            INSERT INTO messages (conversation_id, seq, kind, sender_id, client_id, text_digest, text, sent_at)
            SELECT c.id, n.seq, 'text', {alice}, UNHEX(REPLACE(UUID(), '-', '')), UNHEX(SHA2('', 256)), 'hello', UTC_TIMESTAMP(6) FROM conversations c JOIN seq_1_to_{Messages} n
            """);
        var (first, last) = (await _cluster.ScalarAsync<long>("SELECT MIN(id) FROM conversations"), await _cluster.ScalarAsync<long>("SELECT MAX(id) FROM conversations"));
        var changes = new List<Change>();
        for (var id = first; id <= last; id++) changes.Add(new Change(0, ChangeKind.Message, alice, 0, id, Messages));
        var given = new List<(long Conversation, long Seq)>();

        var before = await SelectsAsync();
        await feed.GiveAsync(changes, (_, item) => given.Add((item.ConversationId, item.Seq)));
        var selects = await SelectsAsync() - before;

        given.ShouldBe(changes.SelectMany(change => Enumerable.Range(1, Messages).Select(seq => (change.ConversationId, (long)seq))));
        selects.ShouldBeLessThan(Conversations / 2, "a store may be far: not one round trip each");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Message_ThatWasEditedBeforeItWasGiven_IsGivenAsItIsNow(bool inOneRound)
    {
        await _node.SignUpAsync("alice");
        var alice = await _cluster.ScalarAsync<long>("SELECT id FROM accounts WHERE username_key = 'alice'");
        await _cluster.ExecuteAsync($"""
            INSERT INTO conversations (kind, first_seq, last_seq, changed_at) VALUES ('conference', 1, 0, UTC_TIMESTAMP(6));
            INSERT INTO conversation_members (conversation_id, account_id, read_seq) SELECT id, {alice}, 0 FROM conversations
            """);
        var id = await _cluster.ScalarAsync<long>("SELECT MAX(id) FROM conversations");
        var feed = new MessageFeed(_node.Services.GetRequiredService<ConversationStore>(), _node.Services.GetRequiredService<MessageStore>(), TimeProvider.System);
        await feed.FollowAsync(alice);
        await _cluster.ExecuteAsync($"""
            INSERT INTO messages (conversation_id, seq, kind, sender_id, client_id, text_digest, text, sent_at, edited_at)
            VALUES ({id}, 1, 'text', {alice}, UNHEX(REPLACE(UUID(), '-', '')), UNHEX(SHA2('', 256)), 'edited', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))
            """);
        var sent = new Change(0, ChangeKind.Message, alice, 0, id, 1) { Message = new MessageCopy(MessageKind.Text, "as sent", DateTime.UnixEpoch) };
        var edited = new Change(9, ChangeKind.MessageChanged, alice, 0, id, 1);
        var given = new List<string>();

        foreach (var round in inOneRound ? [[sent, edited]] : new Change[][] { [edited], [sent] })
            await feed.GiveAsync(round, (_, item) => given.Add(Encoding.UTF8.GetString(item.Json)));

        given.Count.ShouldBe(1);
        given[0].ShouldContain("\"edited\"");
    }

    private Task<long> SelectsAsync() => _cluster.ScalarAsync<long>("SELECT CAST(variable_value AS UNSIGNED) FROM information_schema.global_status WHERE variable_name = 'COM_SELECT'");
}
