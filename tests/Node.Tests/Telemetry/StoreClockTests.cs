using IntraMessenger.Node.Leases;

namespace IntraMessenger.Node.Tests.Telemetry;

/// <summary>Whatever the clock of the node says, delays are told by the store's.</summary>
public sealed class StoreClockTests
{
    private sealed class NodesTime : TimeProvider
    {
        public DateTimeOffset Wall { get; set; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public TimeSpan Monotonic { get; set; } = TimeSpan.FromHours(7);

        public override DateTimeOffset GetUtcNow() => Wall;

        public override long GetTimestamp() => Monotonic.Ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    }

    private static readonly DateTime Store = new(2029, 12, 31, 23, 50, 0, DateTimeKind.Utc);

    [Fact]
    public void Now_BeforeTheStoreWasHeard_IsUnknown() => new StoreClock(new NodesTime()).Now.ShouldBeNull();

    [Fact]
    public void Now_IsTheStoresTime_HalfWayBetweenQuestionAndAnswer_AndGoesOn()
    {
        var time = new NodesTime();
        var clock = new StoreClock(time);
        var asked = time.GetTimestamp();
        time.Monotonic += TimeSpan.FromMilliseconds(10);
        clock.Heard(Store, asked);
        clock.Now.ShouldBe(Store.AddMilliseconds(5));

        time.Monotonic += TimeSpan.FromSeconds(3);
        time.Wall = time.Wall.AddYears(1); // somebody set the clock
        clock.Now.ShouldBe(Store.AddMilliseconds(3_005));

        clock.Heard(Store.AddSeconds(60), time.GetTimestamp());
        clock.Now.ShouldBe(Store.AddSeconds(60));
    }
}
