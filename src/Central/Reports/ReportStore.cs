using System.Text.Json;
using Dapper;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Store;

namespace IntraMessenger.Central.Reports;

/// <summary>What a node told last of the settings that it applies.</summary>
internal sealed record NodeReport(int NodeId, DateTime HeardAt, SettingsReport Report);

internal sealed class ReportStore(Store store)
{
    public Task KeepAsync(int nodeId, SettingsReport report) => store.RunAsync(connection => connection.ExecuteAsync("""
        INSERT INTO node_settings (node_id, heard_at, report) VALUES (@nodeId, UTC_TIMESTAMP(6), @report)
        ON DUPLICATE KEY UPDATE heard_at = VALUES(heard_at), report = VALUES(report)
        """, new { nodeId, report = JsonSerializer.Serialize(report, Json.Options) }));

    public async Task<IReadOnlyList<NodeReport>> ListAsync() => [.. (await store.RunAsync(connection =>
        connection.QueryAsync<Row>("SELECT node_id AS nodeId, heard_at AS heardAt, report FROM node_settings"))).Select(row => row.ToReport())];

    public async Task<NodeReport?> FindAsync(int nodeId) => (await store.RunAsync(connection => connection.QueryFirstOrDefaultAsync<Row>(
        "SELECT node_id AS nodeId, heard_at AS heardAt, report FROM node_settings WHERE node_id = @nodeId", new { nodeId })))?.ToReport();

    private sealed record Row(int NodeId, DateTime HeardAt, string Report)
    {
        public NodeReport ToReport() => new(NodeId, HeardAt, JsonSerializer.Deserialize<SettingsReport>(Report, Json.Options)!);
    }
}
