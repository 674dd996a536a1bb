using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using IntraMessenger.Node.Sessions;

namespace IntraMessenger.Node.Tests.Sessions;

/// <summary>Any order of comings and goings against the simplest model: a set of names.</summary>
public sealed class PlaceModelTests : IAsyncLifetime
{
    private const int People = 5;
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    private enum Act
    {
        Come,
        Go,
        Fade,
        Reap,
    }

    [Fact]
    public void Places_AfterAnyOperations_AreThoseOfTheModel()
    {
        var step = Gen.Elements(Act.Come, Act.Come, Act.Go, Act.Fade, Act.Reap).SelectMany(act => Gen.Choose(1, People).Select(person => (act, person)));
        var run = Gen.Choose(0, 4).SelectMany(limit => step.ListOf().Select(steps => (limit, steps.ToArray())));
        Prop.ForAll(run.ToArbitrary(), given => RunAsync(given.limit, given.Item2).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(40));
    }

    // Whether store and model agree after each step.
    private async Task<bool> RunAsync(int limit, (Act Act, int Person)[] steps)
    {
        await _cluster.ExecuteAsync("DELETE FROM places; DELETE FROM sessions; UPDATE place_counters SET taken = 0");
        var places = new PlaceStore(_cluster.Store);
        var (placed, present) = (new SortedSet<int>(), new HashSet<int>());
        foreach (var (act, person) in steps)
        {
            switch (act)
            {
                case Act.Come:
                    var admitted = await ComeAsync(places, person, limit);
                    if (admitted != (placed.Contains(person) || limit == 0 || placed.Count < limit)) return false;
                    if (admitted)
                    {
                        placed.Add(person);
                        present.Add(person);
                    }

                    break;
                case Act.Go:
                    await FreeAsync(places, [person], "DELETE FROM sessions WHERE account_id = @person", person);
                    present.Remove(person);
                    placed.Remove(person);
                    break;
                case Act.Fade:
                    await _cluster.ExecuteAsync("UPDATE sessions SET last_seen_at = '2001-01-01' WHERE account_id = @person", new { person });
                    present.Remove(person);
                    break;
                case Act.Reap:
                    var abandoned = await places.AbandonedAsync(1, 100);
                    if (!abandoned.Select(id => (int)id).ToHashSet().SetEquals(placed.Except(present))) return false;
                    if (abandoned.Count > 0 && await FreeAsync(places, abandoned) != abandoned.Count) return false;
                    placed.IntersectWith(present);
                    break;
            }

            var stored = await _cluster.ScalarAsync<string>("SELECT GROUP_CONCAT(account_id ORDER BY account_id) FROM places WHERE policy_set_id = 1");
            var counted = await _cluster.ScalarAsync<int>("SELECT taken FROM place_counters WHERE policy_set_id = 1");
            if ((stored ?? "") != string.Join(',', placed) || counted != placed.Count) return false;
        }

        return true;
    }

    private Task<bool> ComeAsync(PlaceStore places, int person, int limit) => _cluster.Store.TransactAsync(async transaction =>
    {
        if (!await places.TakeAsync(transaction, 1, person, limit)) return false;
        await transaction.ExecuteAsync("""
            INSERT INTO sessions (token_hash, account_id, policy_set_id, created_at, expires_at, last_seen_at, status)
            SELECT @token, @person, 1, now, now + INTERVAL 1 DAY, now, 2 FROM store_clock
            """, new { token = RandomNumberGenerator.GetBytes(32), person });
        return true;
    });

    private Task<int> FreeAsync(PlaceStore places, IReadOnlyCollection<long> people, string? before = null, int person = 0) => _cluster.Store.TransactAsync(async transaction =>
    {
        await places.LockAsync(transaction, 1);
        if (before is not null) await transaction.ExecuteAsync(before, new { person });
        return await places.FreeAsync(transaction, 1, people);
    });
}
