using IntraMessenger.Node.Leases;
using IntraMessenger.Node.Signals.Targets;

namespace IntraMessenger.Node.Tests.Signals;

public sealed class HostMapTests
{
    private const long Own = 1;

    private static HostMap Map(params (long AccountId, long LifeId)[] hosted)
    {
        var lease = new NodeLease(TimeProvider.System);
        lease.Renewed(Own, TimeProvider.System.GetTimestamp());
        var map = new HostMap(lease);
        if (hosted.Length > 0) map.Replace(hosted);
        return map;
    }

    [Fact]
    public void Map_BeforeTheStoreWasRead_IsNotKnown()
    {
        var map = Map();
        map.Learn(7, 2);
        map.IsKnown.ShouldBeFalse();
        map.LivesOf(7).ShouldBe([2]);
        map.Replace([(8, 3)]);
        map.IsKnown.ShouldBeTrue();
    }

    [Fact]
    public void Person_WithSessionsAtSeveralNodes_IsAtEachOfThemOnce()
    {
        var map = Map((7, 2), (7, 3), (8, 3));
        map.Learn(7, 3);
        map.Learn(8, 4);
        map.Learn(8, 4);
        map.LivesOf(7).ShouldBe([2, 3]);
        map.LivesOf(8).ShouldBe([3, 4]);
        map.LivesOf(9).ShouldBeEmpty();
    }

    [Fact]
    public void Person_ThatThisNodeHosts_IsNotKeptInMind()
    {
        var map = Map((7, 2));
        map.Learn(8, Own);
        map.LivesOf(8).ShouldBeEmpty();
    }

    [Fact]
    public void Replace_ForgetsWhatTheStoreNoLongerSays_ButNotWhatWasLearnedMeanwhile()
    {
        var map = Map((7, 2));
        map.Learn(8, 3);
        map.BeginReading();
        map.Learn(9, 4);
        map.Replace([(10, 5)]);
        map.LivesOf(7).ShouldBeEmpty();
        map.LivesOf(8).ShouldBeEmpty();
        map.LivesOf(9).ShouldBe([4]);
        map.LivesOf(10).ShouldBe([5]);
    }

    [Fact]
    public void Memory_OfAHundredThousandPeople_IsBelowAHundredBytesEach()
    {
        const int people = 100_000;
        var hosted = Enumerable.Range(1, people).Select(id => ((long)id, 2L + id % 5)).ToArray();
        // What other tests allocate meanwhile is counted too: not each time.
        Enumerable.Range(0, 5).Min(_ => Each()).ShouldBeLessThan(200, "once read from the store, once learned one by one");

        long Each()
        {
            var learned = Map((1, 2));
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var read = Map(hosted);
            foreach (var (accountId, lifeId) in hosted) learned.Learn(accountId, lifeId);
            var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / people;
            (read.LivesOf(people).Length + learned.LivesOf(people).Length).ShouldBe(2);
            return each;
        }
    }
}
