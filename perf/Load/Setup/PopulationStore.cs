using System.Data.Common;
using System.Globalization;
using System.Text;
using Dapper;
using IntraMessenger.Load.Clients;
using IntraMessenger.Load.Ledgers;
using IntraMessenger.Shared.Cluster;
using Microsoft.AspNetCore.Identity;

namespace IntraMessenger.Load.Setup;

/// <summary>
/// Responsible for people, contacts, conversations and sessions of a run, written straight into the store: through the API five thousand
/// people would take minutes of hashing. What an earlier run left is used again.
/// </summary>
public sealed class PopulationStore(string connectionString) : IAsyncDisposable
{
    public const string Password = "correct horse battery";

    private const int RowsAtOnce = 500;
    private const int RowsReadAtOnce = 5_000;

    private const string PlayedNode = "played-";

    private readonly StoreLine _store = new(connectionString);

    private static readonly Lazy<string> Hash = new(() => new PasswordHasher<object>().HashPassword(new object(), Password));

    /// <summary>
    /// So many people, signed in under a policy set by fresh tokens, each with a contact and a conversation: 0 and 1, 2 and 3, ...
    /// </summary>
    /// <param name="people">An even number.</param>
    /// <param name="policySet">Its key.</param>
    /// <param name="prefix">Of the usernames: another one means other people.</param>
    public async Task<Population> PairsAsync(int people, string policySet, string prefix = "load")
    {
        var ids = await AccountsAsync(people, policySet, prefix);
        var pairs = ids.Chunk(2).Where(pair => pair.Length == 2).ToArray();
        await ContactsAsync(pairs);
        await InsertAsync("INSERT IGNORE INTO conversations (kind, low_id, high_id, first_seq, last_seq, changed_at) VALUES ",
            pairs.Select(pair => $"('direct', {pair.Min()}, {pair.Max()}, 1, 0, UTC_TIMESTAMP(6))"));
        var found = await _store.RunAsync(connection => connection.Query<(long Id, long Low)>(
            "SELECT id, low_id FROM conversations WHERE kind = 'direct' AND low_id IN @low", new { low = pairs.Select(pair => pair.Min()) }));
        var byLow = found.ToDictionary(row => row.Low, row => row.Id);
        var talks = pairs.Select(pair => new Talk(byLow[pair.Min()], pair)).ToArray();
        await MembersAsync(talks);
        return new Population(await SessionsAsync(ids, policySet, prefix), talks);
    }

    /// <summary>One conference of so many people, signed in under a policy set by fresh tokens.</summary>
    public async Task<Population> RoomAsync(int people, string policySet, string prefix = "room")
    {
        var ids = await AccountsAsync(people, policySet, prefix);
        var room = await _store.RunAsync(connection => connection.ExecuteScalar<long?>("""
            SELECT MAX(c.id) FROM conversations c JOIN conversation_members m ON m.conversation_id = c.id
            WHERE c.kind = 'conference' AND m.account_id = @first AND (SELECT COUNT(*) FROM conversation_members o WHERE o.conversation_id = c.id) = @people
            """, new { first = ids[0], people }));
        room ??= await _store.RunAsync(connection => connection.ExecuteScalar<long>("""
            INSERT INTO conversations (kind, first_seq, last_seq, changed_at) VALUES ('conference', 1, 0, UTC_TIMESTAMP(6));
            SELECT LAST_INSERT_ID()
            """));
        var talk = new Talk(room.Value, ids);
        await MembersAsync([talk]);
        return new Population(await SessionsAsync(ids, policySet, prefix), [talk]);
    }

    /// <summary>People with a password who are not signed in.</summary>
    public async Task<IReadOnlyList<LoadIdentity>> StrangersAsync(int people, string policySet, string prefix = "guest")
    {
        var ids = await AccountsAsync(people, policySet, prefix);
        await ForgetSessionsAsync(ids);
        return [.. ids.Select((id, i) => new LoadIdentity(id, Name(prefix, i), Password))];
    }

    public async Task<Dictionary<long, long>> LastSeqsAsync(IReadOnlyList<Talk> talks) => (await _store.RunAsync(connection => connection.Query<(long Id, long LastSeq)>(
        "SELECT id, last_seq FROM conversations WHERE id IN @ids", new { ids = talks.Select(talk => talk.Id) }))).ToDictionary(row => row.Id, row => row.LastSeq);

    /// <summary>Tells the ledger, when nobody sends any more, what this store has of its conversations.</summary>
    /// <param name="ledger">Of the run.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="isOneOfSeveral">It is a member of a Galera cluster, and looks when it has what the others have.</param>
    public async Task CompareAsync(Ledger ledger, CancellationToken cancellation = default, bool isOneOfSeveral = false)
    {
        foreach (var conversation in ledger.Conversations)
        {
            cancellation.ThrowIfCancellationRequested();
            await _store.RunAsync(connection =>
            {
                if (isOneOfSeveral) connection.Execute("SET SESSION wsrep_sync_wait = 1");
                var lastSeq = connection.QuerySingle<long>("SELECT last_seq FROM conversations WHERE id = @id", new { id = conversation.Id });
                ledger.CompareStored(conversation, lastSeq, Rows(connection, conversation));
                return lastSeq;
            });
        }
    }

    /// <summary>How many statements the server has been asked since it started.</summary>
    public async Task<long> QuestionsAsync() => long.Parse((await VariableAsync("SHOW GLOBAL STATUS LIKE 'Questions'"))!, CultureInfo.InvariantCulture);

    /// <summary>The life of a node that its lease keeps at this moment; null for none.</summary>
    /// <summary>The keys of nodes that are enrolled and run nowhere, for a client that plays them.</summary>
    public async Task<IReadOnlyList<string>> EnrolNodesAsync(string policySet, int count)
    {
        var setId = await SetIdAsync(policySet);
        var keys = Enumerable.Range(0, count).Select(_ => Secrets.New()).ToArray();
        await ForgetNodesAsync();
        await InsertAsync("INSERT INTO nodes (name, policy_set_id, key_hash, created_at) VALUES ",
            keys.Select((key, i) => $"('{PlayedNode}{i}', {setId}, x'{Convert.ToHexString(Secrets.Hash(key))}', UTC_TIMESTAMP(6))"));
        return keys;
    }

    public Task ForgetNodesAsync() => _store.RunAsync(connection => connection.Execute($"""
        DELETE f FROM node_facts f JOIN nodes n ON n.id = f.node_id WHERE n.name LIKE '{PlayedNode}%';
        DELETE FROM nodes WHERE name LIKE '{PlayedNode}%'
        """));

    public Task<long?> LifeAsync(string node) => _store.RunAsync(connection =>
        connection.QueryFirstOrDefault<long?>("SELECT MAX(l.life_id) FROM live_nodes l JOIN nodes n ON n.id = l.node_id WHERE n.name = @node", new { node }));

    /// <summary>Whether every commit is on disk before it is answered; null where that cannot be read.</summary>
    public async Task<bool?> IsDurableAsync() => await VariableAsync("SHOW VARIABLES LIKE 'innodb_flush_log_at_trx_commit'") is { } value ? value == "1" : null;

    private async Task<string?> VariableAsync(string sql) =>
        (await _store.RunAsync(connection => connection.QueryFirstOrDefault<(string Name, string Value)>(sql))).Value;

    public async ValueTask DisposeAsync() => await _store.DisposeAsync();

    // A page at a time: a run may have millions.
    private static IEnumerable<(long Seq, MessageKey Key)> Rows(DbConnection connection, ConversationLog conversation)
    {
        var (after, count) = (conversation.Before, RowsReadAtOnce);
        while (count == RowsReadAtOnce)
        {
            count = 0;
            foreach (var row in connection.Query<(long Seq, long Sender, string? Text)>(
                "SELECT seq, sender_id, text FROM messages WHERE conversation_id = @id AND seq > @after ORDER BY seq LIMIT @most", new { id = conversation.Id, after, most = RowsReadAtOnce }))
            {
                (after, count) = (row.Seq, count + 1);
                yield return (row.Seq, MessageText.TryRead(Encoding.UTF8.GetBytes(row.Text ?? ""), out var key) && key.Sender == row.Sender ? key : MessageKey.Foreign);
            }
        }
    }

    private async Task<long[]> AccountsAsync(int people, string policySet, string prefix)
    {
        var setId = await SetIdAsync(policySet);
        var names = Enumerable.Range(0, people).Select(i => Name(prefix, i)).ToArray();
        await InsertAsync(
            "INSERT IGNORE INTO accounts (username, username_key, username_skeleton, display_name, password_hash, state, home_set_id, created_at) VALUES ",
            names.Select(name => $"('{name}', '{name}', '{name}', '{name}', '{Hash.Value}', 'active', {setId}, UTC_TIMESTAMP(6))"));
        var ids = (await _store.RunAsync(connection => connection.Query<(long Id, string Name)>(
            "SELECT id, username_key FROM accounts WHERE username_key IN @names", new { names }))).ToDictionary(row => row.Name, row => row.Id);
        await InsertAsync("INSERT IGNORE INTO presence (account_id, status, changed_at) VALUES ", ids.Values.Select(id => $"({id}, 9, UTC_TIMESTAMP(6))"));
        await InsertAsync("INSERT IGNORE INTO contact_lists (account_id) VALUES ", ids.Values.Select(id => $"({id})"));
        return [.. names.Select(name => ids[name])];
    }

    private Task ContactsAsync(IEnumerable<long[]> pairs) => InsertAsync("INSERT IGNORE INTO contacts (owner_id, peer_id, state) VALUES ",
        pairs.SelectMany(pair => new[] { $"({pair[0]}, {pair[1]}, {ContactState.Accepted})", $"({pair[1]}, {pair[0]}, {ContactState.Accepted})" }));

    private Task MembersAsync(IEnumerable<Talk> talks) => InsertAsync("INSERT IGNORE INTO conversation_members (conversation_id, account_id, read_seq) VALUES ",
        talks.SelectMany(talk => talk.Members.Select(member => $"({talk.Id}, {member}, 0)")));

    private async Task<LoadIdentity[]> SessionsAsync(long[] ids, string policySet, string prefix)
    {
        var setId = await SetIdAsync(policySet);
        await ForgetSessionsAsync(ids);
        var people = ids.Select((id, i) => new LoadIdentity(id, Name(prefix, i), Password, Secrets.New())).ToArray();
        await InsertAsync("INSERT INTO sessions (token_hash, account_id, policy_set_id, created_at, expires_at, last_seen_at, status) VALUES ",
            people.Select(person => $"(x'{Convert.ToHexString(Secrets.Hash(person.Token!))}', {person.AccountId}, {setId}, UTC_TIMESTAMP(6), "
                + "UTC_TIMESTAMP(6) + INTERVAL 30 DAY, UTC_TIMESTAMP(6), 2)"));
        return people;
    }

    private Task ForgetSessionsAsync(long[] ids) => _store.RunAsync(connection => connection.Execute("DELETE FROM sessions WHERE account_id IN @ids", new { ids }));

    private async Task<int> SetIdAsync(string policySet) =>
        await _store.RunAsync(connection => connection.QueryFirstOrDefault<int?>("SELECT id FROM policy_sets WHERE set_key = @policySet", new { policySet }))
        ?? throw new LoadException($"The store knows no policy set '{policySet}'.");

    private async Task InsertAsync(string head, IEnumerable<string> rows)
    {
        foreach (var part in rows.Chunk(RowsAtOnce))
        {
            var sql = new StringBuilder(head).AppendJoin(',', part).ToString();
            await _store.RunAsync(connection => connection.Execute(sql));
        }
    }

    private static string Name(string prefix, int index) => string.Create(CultureInfo.InvariantCulture, $"{prefix}-{index:000000}");
}
