using FsCheck;
using FsCheck.Fluent;
using IntraMessenger.Node.Contacts;

namespace IntraMessenger.Node.Tests.Contacts;

/// <summary>Every pair of entries, every step, from every side.</summary>
public sealed class ContactPolicyTests
{
    private delegate (ContactVerdict Verdict, ContactPair After) Step(ContactPair pair);

    private static readonly Dictionary<string, Step> Steps = new()
    {
        ["request"] = pair => ContactPolicy.Request(pair, 0, 3),
        ["accept"] = pair => ContactPolicy.Accept(pair, 0, 3),
        ["decline"] = ContactPolicy.Decline,
        ["refuse"] = ContactPolicy.Refuse,
        ["block"] = ContactPolicy.Block,
        ["unblock"] = ContactPolicy.Unblock,
        ["remove"] = ContactPolicy.Remove,
    };

    private static readonly ContactState[] States = Enum.GetValues<ContactState>();

    private static IEnumerable<ContactPair> Pairs => States.SelectMany(mine => States.Select(theirs => new ContactPair(mine, theirs)));

    private static ContactPair Turned(ContactPair pair) => new(pair.Theirs, pair.Mine);

    /// <summary>What a person sees of their own entry: refused looks like nothing.</summary>
    private static ContactState Shown(ContactState mine) => mine == ContactState.Refused ? ContactState.None : mine;

    /// <summary>All pairs that people can come to, from strangers on.</summary>
    private static HashSet<ContactPair> Reachable()
    {
        var reached = new HashSet<ContactPair> { default };
        var open = new Queue<ContactPair>(reached);
        while (open.TryDequeue(out var pair))
        {
            foreach (var step in Steps.Values)
            {
                foreach (var after in new[] { step(pair).After, Turned(step(Turned(pair)).After) })
                {
                    if (reached.Add(after)) open.Enqueue(after);
                }
            }
        }

        return reached;
    }

    [Fact]
    public void Pair_ThatPeopleCanComeTo_IsConsistent()
    {
        foreach (var pair in Reachable().SelectMany(pair => new[] { pair, Turned(pair) }))
        {
            if (pair.Mine == ContactState.Accepted) pair.Theirs.ShouldBe(ContactState.Accepted, $"{pair}");
            if (pair.Mine == ContactState.Pending) pair.Theirs.ShouldBe(ContactState.Requested, $"{pair}: nobody asked");
            if (pair.Mine == ContactState.Requested) pair.Theirs.ShouldNotBe(ContactState.Requested, $"{pair}: crossing requests accept each other");
        }
    }

    [Fact]
    public void Step_ThatIsNotAllowed_ChangesNothing()
    {
        foreach (var pair in Pairs)
        {
            foreach (var (name, step) in Steps)
            {
                var (verdict, after) = step(pair);
                if (verdict != ContactVerdict.Allowed) after.ShouldBe(pair, $"{name} of {pair}: {verdict}");
                else after.ShouldNotBe(pair, $"{name} of {pair} claims a change");
            }
        }
    }

    [Fact]
    public void Step_WhenRepeated_ChangesNothingMore()
    {
        foreach (var pair in Reachable())
        {
            foreach (var (name, step) in Steps)
            {
                var (verdict, after) = step(pair);
                if (verdict == ContactVerdict.Allowed) step(after).After.ShouldBe(after, $"{name} twice of {pair}");
            }
        }
    }

    [Fact]
    public void Step_OfSomebodyBlockedRefusedOrDeclined_GoesLikeThatOfSomebodyUnanswered()
    {
        // Whatever the other one decided, the asker's verdicts and own entry are those of an unanswered request.
        foreach (var decided in new[] { ContactState.Blocked, ContactState.Refused, ContactState.None })
        {
            foreach (var mine in new[] { ContactState.None, ContactState.Requested })
            {
                var unanswered = new ContactPair(mine, mine == ContactState.Requested ? ContactState.Pending : ContactState.None);
                foreach (var (name, step) in Steps)
                {
                    var (expected, seen) = (step(unanswered), step(new ContactPair(mine, decided)));
                    seen.Verdict.ShouldBe(expected.Verdict, $"{name} with {mine}, {decided}");
                    Shown(seen.After.Mine).ShouldBe(Shown(expected.After.Mine), $"{name} with {mine}, {decided}");
                }
            }
        }
    }

    [Fact]
    public void Block_OfAContact_LooksLikeARemovalToThem()
    {
        foreach (var pair in Reachable().Where(pair => pair.Mine != ContactState.Blocked))
            ContactPolicy.Block(pair).After.Theirs.ShouldBe(ContactPolicy.Remove(pair).After.Theirs, $"{pair}");
    }

    [Fact]
    public void Decision_AgainstSomebody_IsNotUndoneByThem()
    {
        foreach (var decided in new[] { ContactState.Blocked, ContactState.Refused })
        {
            foreach (var mine in States)
            {
                foreach (var (name, step) in Steps)
                    step(new ContactPair(mine, decided)).After.Theirs.ShouldBe(decided, $"{name} with {mine}, {decided}");
            }
        }
    }

    [Fact]
    public void Limit_WhenReached_StopsWhatWouldCountMoreAndNothingElse()
    {
        foreach (var pair in Pairs)
        {
            foreach (var (full, room) in new[]
            {
                (ContactPolicy.Request(pair, 3, 3), ContactPolicy.Request(pair, 2, 3)), (ContactPolicy.Accept(pair, 3, 3), ContactPolicy.Accept(pair, 2, 3)),
            })
            {
                var wouldCountMore = !ContactPolicy.Counts(pair.Mine) && ContactPolicy.Counts(room.After.Mine);
                full.Verdict.ShouldBe(wouldCountMore ? ContactVerdict.AtLimit : room.Verdict, $"{pair}");
            }

            ContactPolicy.Request(pair, 1_000_000, 0).Verdict.ShouldNotBe(ContactVerdict.AtLimit, "0 is no limit");
        }
    }

    [Fact]
    public void Step_OfOneSide_NeverFillsTheOthersList()
    {
        foreach (var pair in Reachable())
        {
            foreach (var (name, step) in Steps)
            {
                var after = step(pair).After;
                (ContactPolicy.Counts(after.Theirs) && !ContactPolicy.Counts(pair.Theirs)).ShouldBeFalse($"{name} of {pair}");
            }
        }
    }

    [Fact]
    public void Walk_OfAnySteps_StaysConsistentAndSymmetric()
    {
        var walk = Gen.Elements(Steps.Keys.ToArray()).SelectMany(name => Gen.Elements(true, false).Select(bySecond => (name, bySecond))).ListOf();
        Prop.ForAll(walk.ToArbitrary(), steps =>
        {
            var pair = default(ContactPair);
            foreach (var (name, bySecond) in steps) pair = bySecond ? Turned(Steps[name](Turned(pair)).After) : Steps[name](pair).After;
            return (pair.Mine == ContactState.Accepted) == (pair.Theirs == ContactState.Accepted);
        }).QuickCheckThrowOnFailure();
    }
}
