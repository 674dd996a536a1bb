using IntraMessenger.Shared.Store;

namespace IntraMessenger.Central.Settings;

/// <summary>Responsible for telling nodes that somebody has other roles or another home set.</summary>
internal static class HoldersVersion
{
    // Of a person, as nodes read it in the journal.
    private const int PersonChanged = 9;

    /// <summary>Raises the version, which reaches nodes with their settings, and names the person in the journal, which they read also while control is away.</summary>
    public static async Task RaiseAsync(StoreTransaction transaction, long accountId)
    {
        await RaiseAsync(transaction);
        await transaction.ExecuteAsync("""
            INSERT INTO changes (at, kind, account_id, seq) SELECT c.now, @PersonChanged, @accountId, v.holders_version FROM store_clock c JOIN settings_version v ON v.id = 1
            """, new { accountId, PersonChanged });
    }

    /// <summary>Of so many people that all are to be looked at again: a version that the journal names nobody for.</summary>
    public static Task RaiseAsync(StoreTransaction transaction) =>
        transaction.ExecuteAsync("UPDATE settings_version SET version = version + 1, holders_version = holders_version + 1, holders_changed_at = UTC_TIMESTAMP(6) WHERE id = 1");
}
