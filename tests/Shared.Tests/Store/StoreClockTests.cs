using Dapper;
using IntraMessenger.Testing;

namespace IntraMessenger.Shared.Tests.Store;

/// <summary>The views that decide who lives and what holds a place, with the lease clock set by hand.</summary>
[Collection(nameof(StoreCollection))]
public sealed class StoreClockTests(StoreFixture fixture) : IAsyncLifetime
{
    private Shared.Store.Store _store = null!;

    public async Task InitializeAsync() => _store = StoreFixture.Store(await fixture.MigratedDatabaseAsync());

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Now_WhenTheServersClockGoesBack_StaysAtTheLastRenewal()
    {
        await SetClockAsync(lastRenewal: +3600);
        (await _store.RunAsync(c => c.ExecuteScalarAsync<int>("SELECT now > UTC_TIMESTAMP(6) + INTERVAL 3590 SECOND FROM store_clock"))).ShouldBe(1);
    }

    // All times are seconds from now.
    [Theory]
    [InlineData(-1, 14, true, "renewed a second ago")]
    [InlineData(-1, -1, false, "run out")]
    [InlineData(-60, -50, true, "the store was away: judged when somebody last renewed, 60 s ago")]
    [InlineData(-60, -61, false, "had run out before the store was away")]
    public async Task Node_IsAliveAsItsLeaseStoodWhenSomebodyLastRenewed(int lastRenewal, int expires, bool isAlive, string because)
    {
        await SetClockAsync(lastRenewal);
        await AddLifeAsync(7, expires);
        (await CountAsync("live_nodes") == 1).ShouldBe(isAlive, because);
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(-1, false)]
    public async Task Node_AfterTheStoreCameBack_HasOneLeaseTimeToRenew(int graceEnds, bool isAlive)
    {
        await SetClockAsync(lastRenewal: -1, awayFrom: -60, graceUntil: graceEnds);
        await AddLifeAsync(7, -50);
        (await CountAsync("live_nodes") == 1).ShouldBe(isAlive);
    }

    [Theory]
    [InlineData(null, -70, true, "a request 70 s ago")]
    [InlineData(null, -76, false, "a request 76 s ago")]
    [InlineData(10, -1000, true, "held by a living node, however long ago it asked")]
    [InlineData(-14, -1, true, "its node's lease ended 14 s ago")]
    [InlineData(-16, -1, false, "its node's lease ended 16 s ago")]
    public async Task Session_HoldsItsPlaceByItsNodeOrByItsLastRequest(int? lifeExpires, int lastSeen, bool holds, string because)
    {
        await SetClockAsync(lastRenewal: -1);
        if (lifeExpires is { } expires) await AddLifeAsync(7, expires);
        await _store.RunAsync(c => c.ExecuteAsync("""
            INSERT INTO sessions (token_hash, account_id, policy_set_id, created_at, expires_at, last_seen_at, life_id, status)
            VALUES (REPEAT('x', 32), 1, 1, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 1 DAY, UTC_TIMESTAMP(6) + INTERVAL @lastSeen SECOND, @life, 2)
            """, new { lastSeen, life = lifeExpires is null ? (int?)null : 7 }));
        (await CountAsync("holding_sessions") == 1).ShouldBe(holds, because);
    }

    private Task SetClockAsync(int lastRenewal, int awayFrom = -100_000, int graceUntil = -100_000) => _store.RunAsync(c => c.ExecuteAsync("""
        UPDATE lease_clock SET last_renewal = UTC_TIMESTAMP(6) + INTERVAL @lastRenewal SECOND, away_from = UTC_TIMESTAMP(6) + INTERVAL @awayFrom SECOND,
            grace_until = UTC_TIMESTAMP(6) + INTERVAL @graceUntil SECOND
        """, new { lastRenewal, awayFrom, graceUntil }));

    private Task AddLifeAsync(long id, int expires) => _store.RunAsync(c => c.ExecuteAsync("""
        INSERT INTO node_lives (id, node_id, started_at, renewed_at, expires_at, management_url)
        VALUES (@id, 1, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL @expires SECOND, '')
        """, new { id, expires }));

    private Task<int> CountAsync(string view) =>
        _store.RunAsync(c => c.ExecuteScalarAsync<int>(view == "live_nodes" ? "SELECT COUNT(*) FROM live_nodes" : "SELECT COUNT(*) FROM holding_sessions"));
}
