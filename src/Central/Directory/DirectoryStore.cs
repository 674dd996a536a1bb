using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Central.Directory;

internal sealed class DirectoryStore(Store store)
{
    /// <summary>
    /// A process that was replaced and goes on later must not put its old address over that of its successor: facts of an older life
    /// are dropped while the newer one lives.
    /// </summary>
    public Task KeepAsync(IReadOnlyList<HeardHeartbeat> heard) => store.RunAsync(connection => connection.ExecuteAsync("""
        INSERT INTO node_facts (node_id, life_id, heard_at, facts)
        SELECT h.node_id, h.life_id, c.now, h.facts
        FROM store_clock c
        JOIN JSON_TABLE(@batch, '$[*]' COLUMNS (node_id INT PATH '$.nodeId', life_id BIGINT PATH '$.lifeId', facts LONGTEXT PATH '$.facts')) h
        WHERE NOT EXISTS (SELECT 1 FROM node_facts f JOIN live_nodes l ON l.life_id = f.life_id WHERE f.node_id = h.node_id AND f.life_id > h.life_id)
        ON DUPLICATE KEY UPDATE life_id = VALUES(life_id), heard_at = VALUES(heard_at), facts = VALUES(facts)
        """, new { batch = JsonSerializer.Serialize(heard.Select(Written), Json.Options) }));

    public Task<DirectorySnapshot> ReadAsync() => store.RunAsync(async connection =>
    {
        var sets = await connection.QueryAsync<RoutedSet>("SELECT id, set_key AS `key`, prefix FROM policy_sets");
        var nodes = await connection.QueryAsync<Row>("""
            SELECT n.id, n.name, n.policy_set_id AS policySetId, l.life_id AS liveLife, f.heard_at AS heardAt, f.facts,
                n.drain_requested_at AS drainRequestedAt
            FROM nodes n
            LEFT JOIN (SELECT node_id, MAX(life_id) AS life_id FROM live_nodes GROUP BY node_id) l ON l.node_id = n.id
            LEFT JOIN node_facts f ON f.node_id = n.id
            """);
        return new DirectorySnapshot(sets.AsList(), nodes.ToDictionary(row => row.Id, row => row.ToState()));
    });

    /// <summary>Repeatable; keeps since when. False where there is no such node.</summary>
    public Task<bool> DrainAsync(string name, bool drain) => store.RunAsync(async connection =>
    {
        await connection.ExecuteAsync("""
            UPDATE nodes SET drain_requested_at = IF(@drain, COALESCE(drain_requested_at, (SELECT now FROM store_clock)), NULL) WHERE name = @name
            """, new { name, drain });
        return await connection.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM nodes WHERE name = @name", new { name }) == 1;
    });

    private static WrittenFacts Written(HeardHeartbeat heard) =>
        new(heard.NodeId, heard.Heartbeat.LifeId, JsonSerializer.Serialize(heard.Heartbeat, Json.Options));

    /// <summary>A life that is null is left out: then the column is NULL on every server.</summary>
    private sealed record WrittenFacts(int NodeId, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? LifeId, string Facts);

    private sealed record Row(int Id, string Name, int PolicySetId, long? LiveLife, DateTime? HeardAt, string? Facts, DateTime? DrainRequestedAt)
    {
        public NodeState ToState() =>
            new(Id, Name, PolicySetId, LiveLife, HeardAt, Facts is null ? null : JsonSerializer.Deserialize<Heartbeat>(Facts, Json.Options), DrainRequestedAt);
    }
}
