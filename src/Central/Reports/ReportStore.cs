using System.Text.Json;
using Dapper;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Central.Reports;

/// <summary>What a node told last of the settings that it applies.</summary>
internal sealed record NodeReport(int NodeId, DateTime HeardAt, SettingsReport Report);

/// <summary>Responsible for what nodes tell of their settings. After a change all of them tell at once: it is written together.</summary>
internal sealed class ReportStore(Store store)
{
    private readonly Gathering<(int NodeId, SettingsReport Report), bool> _keeping = new(most: 100, rounds: 1, async told =>
    {
        await store.RunAsync(connection => connection.ExecuteAsync("""
            INSERT INTO node_settings (node_id, heard_at, report)
            SELECT t.node_id, UTC_TIMESTAMP(6), t.report FROM JSON_TABLE(@told, '$[*]' COLUMNS (node_id INT PATH '$.nodeId', report LONGTEXT PATH '$.report')) t
            ON DUPLICATE KEY UPDATE heard_at = VALUES(heard_at), report = VALUES(report)
            """, new { told = JsonSerializer.Serialize(told.GroupBy(one => one.NodeId).Select(of => new { nodeId = of.Key, report = JsonSerializer.Serialize(of.Last().Report, Json.Options) }), Json.Options) }));
        return [.. told.Select(_ => true)];
    });

    public Task KeepAsync(int nodeId, SettingsReport report) => _keeping.RunAsync((nodeId, report));

    public async Task<IReadOnlyList<NodeReport>> ListAsync() => [.. (await store.RunAsync(connection =>
        connection.QueryAsync<Row>("SELECT node_id AS nodeId, heard_at AS heardAt, report FROM node_settings"))).Select(row => row.ToReport())];

    public async Task<NodeReport?> FindAsync(int nodeId) => (await store.RunAsync(connection => connection.QueryFirstOrDefaultAsync<Row>(
        "SELECT node_id AS nodeId, heard_at AS heardAt, report FROM node_settings WHERE node_id = @nodeId", new { nodeId })))?.ToReport();

    private sealed record Row(int NodeId, DateTime HeardAt, string Report)
    {
        public NodeReport ToReport() => new(NodeId, HeardAt, JsonSerializer.Deserialize<SettingsReport>(Report, Json.Options)!);
    }
}
