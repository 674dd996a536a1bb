using IntraMessenger.Node.Signals.Targets;

namespace IntraMessenger.Node.Tests.Signals;

public sealed class MemberCacheTests
{
    private sealed class Clock : TimeProvider
    {
        public long Now { get; set; }

        public override long GetTimestamp() => Now;
    }

    private readonly Clock _clock = new();

    [Fact]
    public void Members_AfterOneCame_AreReadAgain()
    {
        var cache = new MemberCache(_clock);
        cache.Remember(7, [1, 2], cache.Version);
        cache.Find(7).ShouldBe([1, 2]);
        cache.Forget(7);
        cache.Find(7).ShouldBeNull();
    }

    [Fact]
    public void Members_ThatWereReadBeforeOneCame_AreNotRemembered()
    {
        var cache = new MemberCache(_clock);
        var version = cache.Version;
        cache.Forget(7);
        cache.Remember(7, [1, 2], version);
        cache.Find(7).ShouldBeNull();
    }

    [Fact]
    public void Members_AfterAWhile_AreReadAgain()
    {
        var cache = new MemberCache(_clock);
        cache.Remember(7, [1, 2], cache.Version);
        for (var later = 1; later <= 2; later++)
        {
            _clock.Now += 31 * _clock.TimestampFrequency;
            cache.Remember(100 + later, [3], cache.Version);
            (cache.Find(7) is null).ShouldBe(later == 2);
        }
    }

    [Fact]
    public void Cache_OfManyConversations_IsBounded()
    {
        var cache = new MemberCache(_clock, mostIds: 1_000);
        for (var id = 1; id <= 10_000; id++) cache.Remember(id, [1, 2, 3, 4], cache.Version);
        Enumerable.Range(1, 10_000).Count(id => cache.Find(id) is not null).ShouldBeInRange(100, 200);
        cache.Find(10_000).ShouldNotBeNull();
    }
}
