using Dapper;
using IntraMessenger.Node.Changes;
using IntraMessenger.Shared.Store;
using IntraMessenger.Testing;

namespace IntraMessenger.Node.Tests.Changes;

/// <summary>Each server of a store gives the journal numbers of its own, by threes where there are three of them.</summary>
public sealed class JournalReaderTests(StoreFixture fixture) : IClassFixture<StoreFixture>
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    [InlineData(1, true)]
    public async Task Rows_WhoseNumbersLieBetweenThoseThatWereRead_AreReadOnceEach(int step, bool severalServers)
    {
        await fixture.Server.AskAsync($"SET GLOBAL auto_increment_increment = {step}");
        var database = await fixture.MigratedDatabaseAsync();
        if (severalServers) database = database.Replace("Server=127.0.0.1;", $"Server=127.0.0.1,127.0.0.1:{fixture.Server.Port};", StringComparison.Ordinal);
        await using var connections = StoreFixture.Connect(database);
        var store = StoreFixture.Store(connections);
        var changes = new ChangeStore(store);
        var reader = new JournalReader(changes, TimeProvider.System);

        await WriteAsync(100);
        (await ReadAsync()).ShouldBe([100]);
        await WriteAsync(103, 106);
        (await ReadAsync()).ShouldBe([103, 106]);
        await WriteAsync(101, 104); // committed on another server, late
        (await ReadAsync()).ShouldBe([101, 104]);
        await WriteAsync(102, 107);
        (await ReadAsync()).ShouldBe([102, 107]);
        await WriteAsync(105, 109);
        (await ReadAsync()).ShouldBe([105, 109]);
        (await ReadAsync()).ShouldBeEmpty();

        // Begins again, with what lies before the first row that it finds still to be committed.
        await store.RunAsync(connection => connection.ExecuteAsync("UPDATE changes SET at = at - INTERVAL 1 HOUR"));
        await WriteAsync(121);
        reader.StartAgain();
        (await ReadAsync()).ShouldBe([121]);
        await WriteAsync(118, 122);
        (await ReadAsync()).ShouldBe([118, 122]);

        Task WriteAsync(params long[] ids) => store.RunAsync(connection => connection.ExecuteAsync(
            "INSERT INTO changes (id, at, kind, account_id, other_id) SELECT @id, now, 5, 1, 2 FROM store_clock", ids.Select(id => new { id })));

        async Task<List<long>> ReadAsync()
        {
            var end = await changes.EndAsync();
            var ids = new List<long>();
            await foreach (var rows in reader.ReadAsync(end, end.Now - JournalReader.Overlap)) ids.AddRange(rows.Select(row => row.Id));
            return ids;
        }
    }
}
