using Dapper;
using IntraMessenger.Load.Faults;
using IntraMessenger.Testing;

namespace IntraMessenger.Load.Tests;

/// <summary>Who looks into the store for limits that were exceeded: of two places and two contacts.</summary>
public sealed class LimitWatchTests(StoreFixture fixture) : IClassFixture<StoreFixture>
{
    [Theory]
    [InlineData(2, 1, 1, null)]
    [InlineData(3, 1, 1, "the store had 3 places of 2")]
    [InlineData(2, 2, 1, "the store had 3 contacts of 2")]
    [InlineData(2, 1, 2, "the store had 3 contacts of 2")]
    public async Task Watch_OfOneRowTooMany_CountsIt(int places, int requested, int accepted, string? seen)
    {
        var connectionString = await fixture.MigratedDatabaseAsync();
        await using var connections = StoreFixture.Connect(connectionString);
        var connection = await connections.TakeAsync();
        // The same again under another policy set and in another list, and contacts that nobody has asked for or that were blocked: they do not count.
        await connection.ExecuteAsync("""
            INSERT INTO places SELECT set_id.seq, person.seq, UTC_TIMESTAMP(6) FROM seq_1_to_2 set_id JOIN seq_1_to_9 person WHERE person.seq <= @places;
            INSERT INTO contacts (owner_id, peer_id, state) SELECT 1, 10 + seq, 1 FROM seq_1_to_9 WHERE seq <= @requested;
            INSERT INTO contacts (owner_id, peer_id, state) SELECT 1, 20 + seq, 3 FROM seq_1_to_9 WHERE seq <= @accepted;
            INSERT INTO contacts (owner_id, peer_id, state) VALUES (1, 30, 2), (1, 31, 4), (1, 32, 5), (2, 30, 1), (2, 31, 3)
            """, new { places, requested, accepted });
        connections.GiveBack(connection, healthy: true);

        await using var watch = LimitWatch.Start(connectionString, places: 2, contacts: 2, TimeProvider.System);
        var report = await watch.StopAsync(); // when it has looked

        report.Samples.ShouldBePositive();
        report.Violations.ShouldBe(seen is null ? 0 : report.Samples);
        if (seen is not null) report.Seen.ShouldAllBe(sentence => sentence.EndsWith(seen, StringComparison.Ordinal));
    }
}
