using IntraMessenger.Node.Events;
using IntraMessenger.Node.Sessions;

namespace IntraMessenger.Node.Tests.Events;

/// <summary>Where a client stands that takes its events slowly, or goes away in the middle of them.</summary>
public sealed class HostedSessionTests
{
    private static readonly DateTime Start = new(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private DateTime _sweptTo = Start;
    private long _position;

    private long _requests;
    private object _request = new();

    private HostedSession Host()
    {
        var hosted = new HostedSession(new CurrentSession { Id = 7, AccountId = 1 }, 3, long.MaxValue, () => ++_position, () => _sweptTo);
        ComeAgain(hosted, hosted.Floor).ShouldBeTrue();
        return hosted;
    }

    // The client asks once more, from where it stands.
    private bool ComeAgain(HostedSession hosted, long position)
    {
        if (hosted.TryTakeOver(position, ++_requests) is not { } request) return false;
        _request = request;
        return true;
    }

    private IReadOnlyList<QueuedEvent>? Read(HostedSession hosted, long position, int most) => hosted.Read(_request, position, most);

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
        var first = Read(hosted, opened, most: 1)!.Single();
        hosted.CursorOf(first).Time.ShouldBeLessThanOrEqualTo(Start.AddMinutes(1));
        hosted.CursorAt(first.Position).Time.ShouldBe(Start.AddMinutes(1));
        var second = Read(hosted, first.Position, most: 10)!.Single();
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
        var events = Read(hosted, hosted.Floor, most: 10)!;
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
        Read(hosted, opened, 10).ShouldBeNull();
    }

    [Fact]
    public void Queue_WithTooManyEvents_HasAHole()
    {
        var hosted = Host();
        var opened = hosted.Floor;
        for (var i = 0; i < 1_000; i++) hosted.Append(Event("e"));
        Read(hosted, opened, 2_000)!.Count.ShouldBe(1_000);
        hosted.Append(Event("one more"));
        Read(hosted, opened, 2_000).ShouldBeNull();
        ComeAgain(hosted, opened).ShouldBeFalse();
    }

    [Fact]
    public void Client_ThatGotAPartOfWhatWasWritten_GoesOnBehindIt()
    {
        var hosted = Host();
        var opened = hosted.Floor;
        var positions = Hand(hosted, opened, 3);

        ComeAgain(hosted, positions[0]).ShouldBeTrue();
        hosted.Append(Event("new"));
        Read(hosted, positions[0], 1)!.Single().Position.ShouldBe(positions[1]);
        hosted.CursorAt(positions[0]).Time.ShouldBe(Start);
        Read(hosted, positions[0], 10)!.Select(entry => entry.Event.Type).ShouldBe(["1", "2", "new"]);
        ComeAgain(hosted, opened).ShouldBeFalse("the client has said that it has more");
    }

    [Fact]
    public void RequestThatWasReplaced_AndGoesOnReading_TakesNothingFromTheNext()
    {
        var hosted = Host();
        var positions = Hand(hosted, hosted.Floor, 3);
        var replaced = _request;
        ComeAgain(hosted, positions[0]).ShouldBeTrue();
        hosted.Append(Event("new"));
        hosted.Read(replaced, positions[2], 10)!.ShouldBeEmpty();
        Read(hosted, positions[0], 10)!.Count.ShouldBe(3);
    }

    // Its connection takes long to take what was written, and its client came again meanwhile.
    [Fact]
    public void RequestThatWasReplaced_AndEndsItsWriteLate_LeavesTheNextNoHole()
    {
        var hosted = Host();
        var opened = hosted.Floor;
        var position = opened;
        for (var round = 0; round < 3; round++) position = HandAll(hosted, position, 200, 20)[^1];
        for (var i = 0; i < 200; i++) hosted.Append(Event($"{i}"));
        var (late, replaced) = (Read(hosted, position, 200)!, _request);

        ComeAgain(hosted, opened).ShouldBeTrue();
        var first = Read(hosted, opened, 200)!;
        hosted.Handed(replaced, late);
        hosted.Handed(_request, first);
        var rest = HandAll(hosted, first[^1].Position, 0, 0);
        first.Select(entry => entry.Position).Concat(rest).ShouldBe(Enumerable.Range(0, 800).Select(i => opened + 1 + i));
    }

    [Fact]
    public void Client_ThatComesAgainAfterManyBytes_IsGivenAllThatCameSince()
    {
        var hosted = Host();
        var position = HandAll(hosted, hosted.Floor, 200, 20)[^1];
        position = HandAll(hosted, position, 70, 12_000)[^1];
        HandAll(hosted, position, 70, 12_000);
        hosted.Release(_request, now: 0);

        var kept = hosted.Floor;
        ComeAgain(hosted, kept).ShouldBeTrue();
        for (var i = 0; i < 10; i++) hosted.Append(Event($"{i}"));
        HandAll(hosted, kept, 0, 0).ShouldBe(Enumerable.Range(0, (int)(_position - kept)).Select(i => kept + 1 + i));
        hosted.HasHole.ShouldBeFalse();
    }

    [Fact]
    public void RequestThatArrivedEarlier_AndWasKeptWaiting_ReplacesNothing()
    {
        var hosted = Host();
        hosted.TryTakeOver(hosted.Floor, arrivedAt: 7).ShouldNotBeNull();
        hosted.TryTakeOver(hosted.Floor, arrivedAt: 6).ShouldBeNull();
        hosted.TryReplace(arrivedAt: 6).ShouldBeFalse();
        hosted.Ending.ShouldBe(Ending.None);
        hosted.TryReplace(arrivedAt: 8).ShouldBeTrue();
        hosted.Ending.ShouldBe(Ending.Replaced);
    }

    [Fact]
    public void Cursor_OfAReplacedRequestBehindWhatIsKept_LeadsToAResync()
    {
        var hosted = Host();
        var opened = hosted.Floor;
        HandAll(hosted, opened, 900, 20);
        hosted.CursorAt(opened).Time.ShouldBeLessThan(Start.AddYears(-1), "older than the journal");
        hosted.CursorAt(0).Time.ShouldBeLessThan(Start.AddYears(-1), "one that has never stood anywhere");
    }

    [Fact]
    public void Hole_ForAClientThatWasAwayForTooLong_IsAsOldAsItsCursor()
    {
        var hosted = Host();
        hosted.MakeHole(Start.AddHours(-1));
        hosted.CursorAt(hosted.Floor).Time.ShouldBe(Start.AddHours(-1));

        var flooded = Host();
        for (var i = 0; i < 1_001; i++) flooded.Append(Event("meanwhile"));
        flooded.Prepend([Event("missed")], Start.AddMinutes(-5));
        flooded.CursorAt(flooded.Floor).Time.ShouldBe(Start.AddMinutes(-5), "nothing of it was given");
    }

    [Fact]
    public void WhatWasRead_OfMuchThatWasMissed_StaysUpToItsBound()
    {
        var hosted = Host();
        hosted.Prepend([.. Enumerable.Range(0, 2_000).Select(i => Event("missed"))], Start);
        var opened = hosted.Floor;
        var position = opened;
        for (var part = 0; part < 3; part++)
        {
            var found = Read(hosted, position, 200)!;
            hosted.Handed(_request, found);
            position = found[^1].Position;
        }

        ComeAgain(hosted, opened + 1).ShouldBeTrue("600 and what comes after them: 500 were handed before the last");
        Read(hosted, opened + 1, 3_000)!.Count.ShouldBe(1_999);
    }

    [Fact]
    public void WhatWasMissed_LeavesTheQueueItsRoom()
    {
        var hosted = Host();
        for (var i = 0; i < 500; i++) hosted.Append(Event("meanwhile"));
        hosted.Prepend([.. Enumerable.Range(0, 2_000).Select(i => Event("missed"))], Start);
        for (var i = 0; i < 500; i++) hosted.Append(Event("new"));
        HandAll(hosted, hosted.Floor, 0, 0).Count.ShouldBe(3_000);
        hosted.HasHole.ShouldBeFalse();
    }

    [Fact]
    public void WhatWasHanded_StaysUpToABound()
    {
        var hosted = Host();
        var positions = Hand(hosted, hosted.Floor, 900);
        hosted.WaitingMessages.ShouldBe(0);
        ComeAgain(hosted, positions[^503]).ShouldBeFalse();
        ComeAgain(hosted, positions[^502]).ShouldBeTrue();
        Read(hosted, positions[^502], 1_000)!.Count.ShouldBe(501);
    }

    [Fact]
    public void WhatWasHanded_StaysWhileNobodyListensAndUntilItMustHaveArrived()
    {
        var hosted = Host();
        var opened = hosted.Floor;
        var positions = Hand(hosted, opened, 2);
        hosted.ForgetArrived();
        hosted.Release(_request, now: 0);
        hosted.ForgetArrived();
        ComeAgain(hosted, positions[0]).ShouldBeTrue("it comes back");
        hosted.ForgetArrived();
        hosted.ForgetArrived();
        Read(hosted, positions[0], 10)!.Count.ShouldBe(1, "it was not handed this one yet");
        hosted.Handed(_request, Read(hosted, positions[0], 10)!);

        hosted.ForgetArrived();
        hosted.ForgetArrived();
        ComeAgain(hosted, positions[0]).ShouldBeFalse("it has been listening for long");
        ComeAgain(hosted, positions[1]).ShouldBeTrue();
    }

    // So many come at once, and all that waits is read in parts; where each of them is.
    private List<long> HandAll(HostedSession hosted, long position, int count, int size)
    {
        for (var i = 0; i < count; i++) hosted.Append(HostedEvent.Of("e", new { text = new string('x', size) }));
        var positions = new List<long>();
        while (Read(hosted, position, 200)! is { Count: > 0 } found)
        {
            hosted.Handed(_request, found);
            positions.AddRange(found.Select(entry => entry.Position));
            position = positions[^1];
        }

        return positions;
    }

    // One after the other, as a stream does; where each of them is.
    private long[] Hand(HostedSession hosted, long position, int count) => [.. Enumerable.Range(0, count).Select(i =>
    {
        hosted.Append(Event($"{i}"));
        var read = Read(hosted, position, 10)!;
        hosted.Handed(_request, read);
        return position = read.Single().Position;
    })];
}
