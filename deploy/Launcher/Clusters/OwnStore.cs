using System.Data.Common;
using Dapper;
using IntraMessenger.Shared.Store;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Launcher.Clusters;

/// <summary>Responsible for a database server of the developer's own: the database is used, or made where it may be.</summary>
internal static class OwnStore
{
    public static async Task PrepareAsync(string connectionString)
    {
        if (await WhyNotAsync(connectionString, "SELECT 1") is not { } reason) return;
        var parts = new DbConnectionStringBuilder { ConnectionString = connectionString };
        var key = new[] { "database", "initial catalog" }.FirstOrDefault(parts.ContainsKey);
        if (key is not null)
        {
            var database = ((string)parts[key]).Replace("`", "``", StringComparison.Ordinal);
            parts[key] = "information_schema"; // the one database that everybody may use
            await WhyNotAsync(parts.ConnectionString, $"CREATE DATABASE IF NOT EXISTS `{database}` CHARACTER SET utf8mb4");
            reason = await WhyNotAsync(connectionString, "SELECT 1");
        }

        if (reason is not null) throw new LauncherException($"The store of --store cannot be used: {reason}");
    }

    public static async Task<string?> WhyNotAsync(string connectionString, string sql)
    {
        try
        {
            await using var connections = new StoreConnections(Options.Create(new StoreOptions { ConnectionString = connectionString }));
            var connection = await connections.TakeAsync();
            try
            {
                await connection.ExecuteAsync(sql);
            }
            finally
            {
                connections.GiveBack(connection, healthy: false);
            }

            return null;
        }
        catch (Exception e) when (e is ArgumentException || StoreFaults.Of(e) != StoreFault.Other || e is DbException)
        {
            return e.Message;
        }
    }
}
