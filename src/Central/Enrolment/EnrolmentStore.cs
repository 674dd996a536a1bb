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

    /// <summary>False where the name exists and <paramref name="renew"/> does not allow to replace its key.</summary>
    public Task<bool> PutNodeAsync(string name, string set, byte[] keyHash, bool renew) => store.RunAsync(async connection =>
    {
        var wanted = new { name, set, keyHash };
        await connection.ExecuteAsync("""
            INSERT IGNORE INTO nodes (name, policy_set_id, key_hash, created_at)
            SELECT @name, id, @keyHash, UTC_TIMESTAMP(6) FROM policy_sets WHERE set_key = @set
            """, wanted);
        if (renew)
        {
            await connection.ExecuteAsync("""
                UPDATE nodes SET key_hash = @keyHash, policy_set_id = (SELECT id FROM policy_sets WHERE set_key = @set) WHERE name = @name
                """, wanted);
        }

        return await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM nodes WHERE name = @name AND key_hash = @keyHash", wanted) == 1;
    });

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
