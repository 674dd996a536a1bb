using Dapper;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Central.Enrolment;

internal sealed class EnrolmentStore(Store store)
{
    public Task<(IReadOnlyList<EnrolledNode> Nodes, IReadOnlyList<EnrolledGateway> Gateways)> AllAsync() => store.RunAsync(async connection =>
    {
        var nodes = await connection.QueryAsync<EnrolledNode>("SELECT id, name, policy_set_id AS policySetId, key_hash AS keyHash FROM nodes");
        var gateways = await connection.QueryAsync<EnrolledGateway>("SELECT id, name, key_hash AS keyHash FROM gateways");
        return ((IReadOnlyList<EnrolledNode>)nodes.AsList(), (IReadOnlyList<EnrolledGateway>)gateways.AsList());
    });

    public Task<IEnumerable<string>> PolicySetKeysAsync() =>
        store.RunAsync(connection => connection.QueryAsync<string>("SELECT set_key FROM policy_sets ORDER BY set_key"));

    /// <summary>
    /// False where the name exists and <paramref name="renew"/> does not allow to replace its key. The set is locked meanwhile, by changing it:
    /// it is not deleted under the node.
    /// </summary>
    public Task<bool> PutNodeAsync(string name, string set, byte[] keyHash, bool renew) => store.TransactAsync(async transaction =>
    {
        var wanted = new { name, set, keyHash };
        await transaction.ExecuteAsync("UPDATE settings_heads h JOIN policy_sets p ON h.kind = 'set' AND p.id = h.owner_id SET h.touched = h.touched + 1 WHERE p.set_key = @set", wanted);
        await transaction.ExecuteAsync("""
            INSERT IGNORE INTO nodes (name, policy_set_id, key_hash, created_at)
            SELECT @name, id, @keyHash, UTC_TIMESTAMP(6) FROM policy_sets WHERE set_key = @set
            """, wanted);
        if (renew)
        {
            await transaction.ExecuteAsync("""
                UPDATE nodes n JOIN policy_sets p ON p.set_key = @set SET n.key_hash = @keyHash, n.policy_set_id = p.id WHERE n.name = @name
                """, wanted);
        }

        return await transaction.QuerySingleAsync<long>("SELECT COUNT(*) FROM nodes WHERE name = @name AND key_hash = @keyHash", wanted) == 1;
    });

    /// <summary>The policy set that a living node of this name serves; null where none lives.</summary>
    public Task<string?> ServedByLivingAsync(string name) => store.RunAsync(connection => connection.QueryFirstOrDefaultAsync<string?>("""
        SELECT p.set_key FROM nodes n JOIN policy_sets p ON p.id = n.policy_set_id WHERE n.name = @name AND n.id IN (SELECT node_id FROM live_nodes)
        """, new { name }));

    /// <summary>Not while it lives. Whether there is such a node afterwards.</summary>
    public Task<bool> RemoveNodeAsync(string name) => store.RunAsync(async connection =>
    {
        await connection.ExecuteAsync("""
            DELETE n, f, s FROM nodes n LEFT JOIN node_facts f ON f.node_id = n.id LEFT JOIN node_settings s ON s.node_id = n.id
            WHERE n.name = @name AND n.id NOT IN (SELECT node_id FROM live_nodes)
            """, new { name });
        return await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM nodes WHERE name = @name", new { name }) > 0;
    });

    /// <summary>False where the name exists and <paramref name="renew"/> does not allow to replace its key.</summary>
    public Task<bool> PutGatewayAsync(string name, byte[] keyHash, bool renew) => store.RunAsync(async connection =>
    {
        var wanted = new { name, keyHash };
        await connection.ExecuteAsync("INSERT IGNORE INTO gateways (name, key_hash, created_at) VALUES (@name, @keyHash, UTC_TIMESTAMP(6))", wanted);
        if (renew) await connection.ExecuteAsync("UPDATE gateways SET key_hash = @keyHash WHERE name = @name", wanted);
        return await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM gateways WHERE name = @name AND key_hash = @keyHash", wanted) == 1;
    });
}
