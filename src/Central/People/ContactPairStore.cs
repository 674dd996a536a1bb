using System.Text;
using Dapper;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Central.People;

/// <summary>Two accounts.</summary>
internal sealed record AccountPair(long One, long Other, bool AreActive)
{
    public long Low => Math.Min(One, Other);

    public long High => Math.Max(One, Other);
}

/// <summary>
/// Responsible for both entries of a pair in the store, as the nodes keep them (states: 3 accepted, 4 blocked, 5 refused). What changes is journaled, from
/// where the sweep of every node tells the two people.
/// </summary>
internal sealed class ContactPairStore(Store store)
{
    private const string ToldPairs = """
        SELECT n.now, 5, c.owner_id, c.peer_id FROM store_clock n
        JOIN contacts c ON c.owner_id = @Low AND c.peer_id = @High OR c.owner_id = @High AND c.peer_id = @Low
        """;

    /// <summary>Null where one of them has no account.</summary>
    public async Task<AccountPair?> FindAsync(string username, string other)
    {
        var found = (await store.RunAsync(connection => connection.QueryAsync<(string Key, long Id, string State)>(
            "SELECT username_key, id, state FROM accounts WHERE username_key IN @keys", new { keys = new[] { Key(username), Key(other) } }))).ToDictionary(row => row.Key);
        return found.TryGetValue(Key(username), out var one) && found.TryGetValue(Key(other), out var two)
            ? new(one.Id, two.Id, one.State == "active" && two.State == "active")
            : null;
    }

    /// <summary>False where one of them blocks the other.</summary>
    public Task<bool> MakeAsync(AccountPair pair) => store.TransactAsync(async transaction =>
    {
        var states = await LockAsync(transaction, pair);
        if (states.Contains((byte)4)) return false;
        if (states.Count(state => state == 3) == 2) return true;
        await transaction.CommitWithAsync($"""
            INSERT INTO contacts (owner_id, peer_id, state) VALUES (@Low, @High, 3), (@High, @Low, 3) ON DUPLICATE KEY UPDATE state = 3;
            INSERT INTO changes (at, kind, account_id, other_id) {ToldPairs};
            UPDATE conversations SET rights_version = rights_version + 1 WHERE low_id = @Low AND high_id = @High
            """, new { pair.Low, pair.High });
        return true;
    });

    public Task RemoveAsync(AccountPair pair) => store.TransactAsync(async transaction =>
    {
        if (!(await LockAsync(transaction, pair)).Any(state => state < 4)) return;
        await transaction.CommitWithAsync($"""
            INSERT INTO changes (at, kind, account_id, other_id) {ToldPairs} WHERE c.state < 4;
            DELETE FROM contacts WHERE state < 4 AND (owner_id = @Low AND peer_id = @High OR owner_id = @High AND peer_id = @Low);
            UPDATE conversations SET rights_version = rights_version + 1 WHERE low_id = @Low AND high_id = @High
            """, new { pair.Low, pair.High });
    });

    // Both lists changed, in the order of their ids, as the nodes lock them: whoever changes one of the two waits.
    private static async Task<IReadOnlyList<byte>> LockAsync(StoreTransaction transaction, AccountPair pair) => (await transaction.QueryAsync<byte>("""
        UPDATE contact_lists SET version = version + 1 WHERE account_id = @Low;
        UPDATE contact_lists SET version = version + 1 WHERE account_id = @High;
        SELECT state FROM contacts WHERE owner_id = @Low AND peer_id = @High OR owner_id = @High AND peer_id = @Low
        """, new { pair.Low, pair.High })).AsList();

    private static string Key(string username) => username.Normalize(NormalizationForm.FormKC).ToLowerInvariant();
}
