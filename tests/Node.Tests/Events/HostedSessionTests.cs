using IntraMessenger.Node.Events;
using IntraMessenger.Node.Sessions;

namespace IntraMessenger.Node.Tests.Events;

/// <summary>Where a client stands that takes its events slowly, or goes away in the middle of them.</summary>
public sealed class HostedSessionTests
{
    private static readonly DateTime Start = new(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private DateTime _sweptTo = Start;
    private long _position;

    private HostedSession Host() => new(new CurrentSession { Id = 7, AccountId = 1 }, 3, long.MaxValue, () => ++_position, () => _sweptTo);

    private static HostedEvent Event(string type) => HostedEvent.Of(type, new { });

    [Fact]
    public void Cursor_WhileEventsWait_IsNotAheadOfThem()
    {
        var hosted = Host();
        var opened = hosted.Floor;
        hosted.Append(Event("first"));
        _sweptTo = Start.AddMinutes(1);
        hosted.Append(Event("second"));
        _sweptTo = Start.AddMinutes(2);

        // Another node reads from the cursor's time: what still waits here must come after it.
        hosted.CursorAt(opened).Time.ShouldBe(Start);
        var first = hosted.Read(opened, most: 1)!.Single();
        hosted.CursorOf(first).Time.ShouldBeLessThanOrEqualTo(Start.AddMinutes(1));
        hosted.CursorAt(first.Position).Time.ShouldBe(Start.AddMinutes(1));
        var second = hosted.Read(first.Position, most: 10)!.Single();
        hosted.CursorAt(second.Position).Time.ShouldBe(Start.AddMinutes(2), "nothing waits any more");
    }

    [Fact]
    public void Cursor_InTheMiddleOfWhatWasRead_IsTheOneItWasReadFrom()
    {
        var hosted = Host();
        hosted.Append(Event("meanwhile"));
        var asked = Start.AddMinutes(-20);
        hosted.Prepend([Event("one"), Event("two")], asked);
        hosted.CursorAt(hosted.Floor).Time.ShouldBe(asked);
        var events = hosted.Read(hosted.Floor, most: 10)!;
        events.Select(entry => entry.Event.Type).ShouldBe(["one", "two", "meanwhile"]);
        hosted.CursorOf(events[0]).Time.ShouldBe(asked);
        hosted.CursorAt(events[1].Position).Time.ShouldBe(Start);
    }

    [Fact]
    public void Cursor_AfterAHole_IsNotAheadOfWhatWasDropped()
    {
        var hosted = Host();
        var opened = hosted.Floor;
        hosted.Append(Event("dropped"));
        _sweptTo = Start.AddMinutes(1);
        hosted.MakeHole();
        hosted.End(Ending.Moved);
        hosted.CursorAt(opened).Time.ShouldBe(Start);
        hosted.Read(opened, 10).ShouldBeNull();
    }

    [Fact]
    public void Queue_WithTooManyEvents_HasAHole()
    {
        var hosted = Host();
        var opened = hosted.Floor;
        for (var i = 0; i < 1_000; i++) hosted.Append(Event("e"));
        hosted.Read(opened, 2_000)!.Count.ShouldBe(1_000);
        hosted.Append(Event("one more"));
        hosted.Read(opened, 2_000).ShouldBeNull();
        hosted.TryTakeOver(opened).ShouldBeNull();
    }

    [Fact]
    public void Client_ThatGotAPartOfWhatWasWritten_GoesOnBehindIt()
    {
        var hosted = Host();
        var opened = hosted.Floor;
        var positions = Hand(hosted, opened, 3);

        hosted.TryTakeOver(positions[0]).ShouldNotBeNull();
        hosted.Append(Event("new"));
        hosted.Read(positions[0], 1)!.Single().Position.ShouldBe(positions[1]);
        hosted.CursorAt(positions[0]).Time.ShouldBe(Start);
        hosted.Read(positions[0], 10)!.Select(entry => entry.Event.Type).ShouldBe(["1", "2", "new"]);
        hosted.TryTakeOver(opened).ShouldBeNull("the client has said that it has more");
    }

    [Fact]
    public void RequestThatWasReplaced_AndGoesOnReading_TakesNothingFromTheNext()
    {
        var hosted = Host();
        var positions = Hand(hosted, hosted.Floor, 3);
        hosted.TryTakeOver(positions[0]).ShouldNotBeNull();
        hosted.Read(positions[2], 10)!.ShouldBeEmpty();
        hosted.Read(positions[0], 10)!.Count.ShouldBe(2);
    }

    [Fact]
    public void WhatWasHanded_StaysUpToABound()
    {
        var hosted = Host();
        var positions = Hand(hosted, hosted.Floor, 900);
        hosted.WaitingMessages.ShouldBe(0);
        hosted.TryTakeOver(positions[^503]).ShouldBeNull();
        hosted.TryTakeOver(positions[^502]).ShouldNotBeNull();
        hosted.Read(positions[^502], 1_000)!.Count.ShouldBe(501);
    }

    [Fact]
    public void WhatWasHanded_StaysWhileNobodyListensAndUntilItMustHaveArrived()
    {
        var hosted = Host();
        var opened = hosted.Floor;
        var request = hosted.TryTakeOver(opened)!;
        var positions = Hand(hosted, opened, 2);
        hosted.ForgetArrived();
        hosted.Release(request, now: 0);
        hosted.ForgetArrived();
        hosted.TryTakeOver(positions[0]).ShouldNotBeNull("it comes back");

        hosted.ForgetArrived();
        hosted.ForgetArrived();
        hosted.TryTakeOver(positions[0]).ShouldBeNull("it has been listening for long");
        hosted.TryTakeOver(positions[1]).ShouldNotBeNull();
    }

    // One after the other, as a stream does; where each of them is.
    private static long[] Hand(HostedSession hosted, long position, int count) => [.. Enumerable.Range(0, count).Select(i =>
    {
        hosted.Append(Event($"{i}"));
        var read = hosted.Read(position, 10)!;
        hosted.Handed(read);
        return position = read.Single().Position;
    })];
}
