namespace IntraMessenger.Load.Tests;

/// <summary>Whoever waits waits for a fiftieth of the time; its clock is the system's.</summary>
internal sealed class ShortTime : TimeProvider
{
    private const int Factor = 50;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => base.CreateTimer(callback, state, Shortened(dueTime), Shortened(period));

    private static TimeSpan Shortened(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? time : time / Factor;
}
