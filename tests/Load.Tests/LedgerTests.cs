using IntraMessenger.Load.Ledgers;

namespace IntraMessenger.Load.Tests;

public sealed class LedgerTests
{
    private const long Alice = 1, Bob = 2, Eve = 3;

    private readonly Ledger _ledger = new(TimeProvider.System);
    private readonly ConversationLog _talk;
    private readonly SenderLog _alice;
    private readonly ReceiverLog _bob;

    public LedgerTests()
    {
        _talk = _ledger.Open(7, lastSeq: 100, [Alice, Bob]);
        _alice = _ledger.Sender(Alice);
        _bob = _ledger.Receiver(Bob);
        _bob.Connected(mayRepeat: false);
    }

    [Fact]
    public void Ledger_AllArrivesInOrder_IsClean()
    {
        foreach (var (seq, key) in Sent(3)) _bob.Received(7, seq, key);

        var report = _ledger.Report();
        report.IsClean.ShouldBeTrue(report.ToString());
        (report.Sent, report.Acknowledged, report.Received).ShouldBe((3, 3, 3));
        _ledger.IsComplete.ShouldBeTrue();
    }

    [Fact]
    public void Ledger_OneNeverArrives_IsLost()
    {
        var sent = Sent(3);
        _bob.Received(7, sent[0].Seq, sent[0].Key);
        _bob.Received(7, sent[1].Seq, sent[1].Key);

        _ledger.IsComplete.ShouldBeFalse();
        Failures().ShouldBe(["1 lost"]);
    }

    [Fact]
    public void Ledger_OneInTheMiddleNeverArrives_IsLostAndMisordered()
    {
        var sent = Sent(3);
        _bob.Received(7, sent[0].Seq, sent[0].Key);
        _bob.Received(7, sent[2].Seq, sent[2].Key);

        Failures().ShouldBe(["1 lost", "1 misordered"]);
    }

    [Fact]
    public void Ledger_TwoSwapped_IsMisordered()
    {
        var sent = Sent(3);
        foreach (var i in new[] { 0, 2, 1 }) _bob.Received(7, sent[i].Seq, sent[i].Key);

        Failures().ShouldBe(["1 misordered"]);
    }

    [Fact]
    public void Ledger_TwiceOnOneConnection_IsRepeated()
    {
        var (seq, key) = Sent(1)[0];
        _bob.Received(7, seq, key);
        _bob.Received(7, seq, key);

        Failures().ShouldBe(["1 repeated"]);
    }

    [Fact]
    public void Ledger_AgainAfterALoss_IsAllowedFromThereInOrder()
    {
        var sent = Sent(4);
        foreach (var i in new[] { 0, 1, 2 }) _bob.Received(7, sent[i].Seq, sent[i].Key);
        _bob.Connected(mayRepeat: true);
        foreach (var i in new[] { 1, 2, 3 }) _bob.Received(7, sent[i].Seq, sent[i].Key);

        var report = _ledger.Report();
        report.IsClean.ShouldBeTrue(report.ToString());
        (report.Received, report.Again).ShouldBe((4, 2));
    }

    [Fact]
    public void Ledger_TwiceOnTheConnectionAfterALoss_IsRepeated()
    {
        var sent = Sent(2);
        foreach (var (seq, key) in sent) _bob.Received(7, seq, key);
        _bob.Connected(mayRepeat: true);
        foreach (var i in new[] { 0, 1, 0 }) _bob.Received(7, sent[i].Seq, sent[i].Key);

        Failures().ShouldBe(["1 repeated"]);
    }

    [Fact]
    public void Ledger_AgainWithoutALoss_IsRepeated()
    {
        var (seq, key) = Sent(1)[0];
        _bob.Received(7, seq, key);
        _bob.Connected(mayRepeat: false);
        _bob.Received(7, seq, key);

        Failures().ShouldBe(["1 repeated"]);
    }

    [Fact]
    public void Ledger_AgainWithAnotherContent_IsChanged()
    {
        var sent = Sent(2);
        foreach (var (seq, key) in sent) _bob.Received(7, seq, key);
        _bob.Connected(mayRepeat: true);
        _bob.Received(7, sent[0].Seq, sent[1].Key);

        Failures().ShouldBe(["1 changed"]);
    }

    [Fact]
    public void Ledger_UnderTwoNumbers_IsStoredTwice()
    {
        var (seq, key) = Sent(1)[0];
        _bob.Received(7, seq, key);
        _bob.Received(7, seq + 1, key);

        _ledger.Report().StoredTwice.ShouldBe(1);
        _ledger.Report().IsClean.ShouldBeFalse();
    }

    [Fact]
    public void Ledger_TextOfSomebodyWhoSentNothing_IsChanged()
    {
        var (seq, _) = Sent(1)[0];
        _bob.Received(7, seq, new MessageKey(Bob, 5));

        _ledger.Report().Changed.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Ledger_LaterMessageWithASmallerNumber_IsMisnumbered()
    {
        var (first, second) = (_alice.Begin(_talk), _alice.Begin(_talk));
        _alice.Acknowledged(first, 102);
        _alice.Acknowledged(second, 101);

        _ledger.Report().Misnumbered.ShouldBe(1);
    }

    [Fact]
    public void Ledger_NumberOfBeforeTheRun_IsMisnumbered()
    {
        _alice.Acknowledged(_alice.Begin(_talk), 100);

        _ledger.Report().Misnumbered.ShouldBe(1);
    }

    [Fact]
    public void Ledger_RefusedButThere_IsStoredTwice()
    {
        var key = _alice.Begin(_talk);
        _alice.Refused(key);
        _bob.Received(7, 101, key);

        _ledger.Report().IsClean.ShouldBeFalse();
    }

    [Fact]
    public void Ledger_FetchedAfterResync_IsCleanAndCounted()
    {
        var sent = Sent(3);
        _bob.Received(7, sent[0].Seq, sent[0].Key);
        foreach (var (seq, key) in sent[1..]) _bob.Fetched(7, seq, key);
        _bob.Connected(mayRepeat: true);
        _bob.Received(7, sent[2].Seq, sent[2].Key);

        var report = _ledger.Report();
        report.IsClean.ShouldBeTrue(report.ToString());
        (report.Fetched, report.Again).ShouldBe((2, 1));
    }

    [Fact]
    public void Ledger_FoundOnlyAtTheEnd_IsMissed()
    {
        var sent = Sent(2);
        _bob.Received(7, sent[0].Seq, sent[0].Key);
        _bob.Missed(7, sent[1].Seq, sent[1].Key);

        Failures().ShouldBe(["1 missed"]);
    }

    [Fact]
    public void Ledger_DeliveredToNoMember_IsMisdeliveredAndNobodyHasIt()
    {
        _ledger.StartMeasuring();
        var (seq, key) = Sent(1)[0];
        var eve = _ledger.Receiver(Eve);
        eve.Connected(mayRepeat: false);
        eve.Received(7, seq, key);
        _bob.Received(7, seq, key);

        (_ledger.ReceivedCount, _ledger.Delivery.Count, _ledger.LastMember.Count).ShouldBe((1, 1, 0));
        Failures().ShouldBe(["1 misdelivered"]);
        var report = _ledger.Report();
        (report.Wrong, (report + report).Misdelivered).ShouldBe((1, 2));
        report.ToString().ShouldContain("1 misdelivered");
    }

    [Fact]
    public void Ledger_SentByNobody_IsAFailure()
    {
        _bob.Received(7, 101, MessageKey.Foreign);

        Failures().ShouldBe(["1 sent by nobody"]);
        var report = _ledger.Report();
        (report.Wrong, (report + report).Foreign).ShouldBe((1, 2));
        report.ToString().ShouldContain("1 sent by nobody");
    }

    [Fact]
    public void Ledger_OfAConversationThatIsNotOfTheRun_IsCleanAndCounted()
    {
        _bob.Received(8, 1, MessageKey.Foreign);

        var report = _ledger.Report();
        report.IsClean.ShouldBeTrue(report.ToString());
        report.Elsewhere.ShouldBe(1);
    }

    [Fact]
    public void Ledger_UnansweredButDelivered_IsClean()
    {
        _bob.Received(7, 101, _alice.Begin(_talk));

        _ledger.Report().IsClean.ShouldBeTrue();
    }

    [Fact]
    public void MessageText_CutOrMixed_IsNoText()
    {
        var text = new byte[200];
        var length = MessageText.Write(text, new MessageKey(123, 45), 80);

        length.ShouldBe(80);
        MessageText.TryRead(text.AsSpan(0, length), out var key).ShouldBeTrue();
        key.ShouldBe(new MessageKey(123, 45));
        MessageText.TryRead(text.AsSpan(0, 30), out _).ShouldBeFalse();
        text[60] ^= 1;
        MessageText.TryRead(text.AsSpan(0, length), out _).ShouldBeFalse();
    }

    [Fact]
    public void Latency_Percentiles_AreWithinTwoPercent()
    {
        var latency = new Latency();
        for (var i = 1; i <= 10_000; i++) latency.Record(TimeSpan.FromMicroseconds(i * 10));

        latency.PercentileMilliseconds(50).ShouldBe(50, 1);
        latency.PercentileMilliseconds(99).ShouldBe(99, 2);
        latency.MaxMilliseconds.ShouldBe(100);
    }

    private List<(long Seq, MessageKey Key)> Sent(int count) => [.. Enumerable.Range(0, count).Select(i =>
    {
        var key = _alice.Begin(_talk);
        _alice.Acknowledged(key, 101 + i);
        return (101L + i, key);
    })];

    private string[] Failures()
    {
        var report = _ledger.Report();
        (long Count, string Name)[] all =
        [
            (report.Lost, "lost"), (report.NotStored, "not stored"), (report.Missed, "missed"), (report.Repeated, "repeated"), (report.Misordered, "misordered"), (report.StoredTwice, "stored twice"),
            (report.Changed, "changed"), (report.Misnumbered, "misnumbered"), (report.Misdelivered, "misdelivered"), (report.Foreign, "sent by nobody"),
        ];
        return [.. all.Where(entry => entry.Count > 0).Select(entry => $"{entry.Count} {entry.Name}")];
    }
}
