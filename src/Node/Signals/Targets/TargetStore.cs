using Dapper;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Node.Signals.Targets;

internal sealed class TargetStore(Store store)
{
    /// <summary>Whom living nodes other than <paramref name="own"/> host.</summary>
    public async Task<IReadOnlyCollection<(long AccountId, long LifeId)>> HostedElsewhereAsync(long own) => (await store.RunAsync(connection =>
        connection.QueryAsync<(long, long)>("""
            SELECT DISTINCT s.account_id, s.life_id FROM live_nodes n JOIN sessions s ON s.life_id = n.life_id WHERE n.life_id <> @own
            """, new { own }))).AsList();
}
