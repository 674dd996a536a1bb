using Dapper;
using IntraMessenger.Central.Enrolment;
using IntraMessenger.Central.Tests.Infrastructure;
using IntraMessenger.Shared.Cluster;
using IntraMessenger.Shared.Store;
using IntraMessenger.Testing;

namespace IntraMessenger.Central.Tests.Enrolment;

[Collection(nameof(StoreCollection))]
public sealed class EnrolledKeysTests(StoreFixture fixture) : IAsyncLifetime
{
    private Store _store = null!;
    private EnrolmentStore _enrolment = null!;
    private EnrolledKeys _keys = null!;

    public async Task InitializeAsync()
    {
        _store = StoreFixture.Store(await fixture.MigratedDatabaseAsync());
        _enrolment = new(_store);
        _keys = new(_enrolment, TimeProvider.System);
    }

    [Fact]
    public async Task UnknownKeys_ShareOneReadASecond()
    {
        // The server counts the rows of each table that were read: with one gateway that is one a read.
        await _store.RunAsync(connection => connection.ExecuteAsync("SET GLOBAL userstat = 1"));
        await _enrolment.PutGatewayAsync("g", Secrets.Hash("right"), renew: false);
        var before = await ReadsAsync();
        var started = TimeProvider.System.GetTimestamp();
        for (var round = 0; round < 3; round++)
            (await Task.WhenAll(Enumerable.Range(0, 50).Select(n => _keys.GatewayAsync($"wrong {n}")))).ShouldAllBe(found => found == null);
        for (var round = 0; round < 50; round++) (await _keys.GatewayAsync("right")).ShouldNotBeNull();

        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        (await ReadsAsync() - before).ShouldBeInRange(1, 10);
        seconds.ShouldBeInRange(1.9, 30);
    }

    [Fact]
    public async Task KeyEnrolledAfterARead_IsFoundByTheNext()
    {
        (await _keys.GatewayAsync("new")).ShouldBeNull();
        await _enrolment.PutGatewayAsync("g", Secrets.Hash("new"), renew: false);
        var started = TimeProvider.System.GetTimestamp();
        (await _keys.GatewayAsync("new")).ShouldNotBeNull();
        TimeProvider.System.GetElapsedTime(started).TotalSeconds.ShouldBeLessThan(10);
    }

    [Fact]
    public async Task UnknownKey_WhileTheStoreIsAway_IsNotRefusedButUndecided()
    {
        var away = new EnrolledKeys(new(StoreFixture.Store("Server=127.0.0.1;Port=1;User ID=x;Database=x;SslMode=Disabled")), TimeProvider.System);
        for (var tries = 0; tries < 2; tries++) await Should.ThrowAsync<StoreUnavailableException>(() => away.NodeAsync("key"));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    private Task<long> ReadsAsync() => _store.RunAsync(connection => connection.ExecuteScalarAsync<long>(
        "SELECT COALESCE(SUM(rows_read), 0) FROM information_schema.table_statistics WHERE table_schema = DATABASE() AND table_name = 'gateways'"));
}
