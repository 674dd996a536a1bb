using IntraMessenger.Shared.Store;
using IntraMessenger.Testing;

namespace IntraMessenger.Shared.Tests.Store;

/// <summary>What comes at once is done together, and nobody waits for ever.</summary>
public sealed class GatheringTests
{
    [Fact]
    public async Task Items_ThatComeWhileARoundIsUnderWay_GoTogether()
    {
        var rounds = new List<int>();
        var first = new TaskCompletionSource();
        var gathering = new Gathering<int, int>(most: 3, rounds: 1, async items =>
        {
            rounds.Add(items.Count);
            if (rounds.Count == 1) await first.Task;
            return [.. items.Select(item => item * 2)];
        });
        var alone = gathering.RunAsync(1);
        await Eventually.HoldsAsync(() => rounds.Count == 1, "the first goes at once");
        var others = Enumerable.Range(2, 5).Select(gathering.RunAsync).ToArray();
        first.SetResult();
        (await alone).ShouldBe(2);
        (await Task.WhenAll(others)).ShouldBe([4, 6, 8, 10, 12]);
        rounds.ShouldBe([1, 3, 2]);
    }

    [Fact]
    public async Task Work_ThatDoesNotEnd_HoldsNobodyForLong_AndWhoseTurnDidNotComeIsPassedOver()
    {
        var done = new List<int>();
        var first = new TaskCompletionSource();
        var gathering = new Gathering<int, int>(most: 10, rounds: 1, async items =>
        {
            lock (done) done.AddRange(items);
            if (items.Contains(1)) await first.Task;
            return [.. items];
        });
        var hanging = gathering.RunAsync(1);
        await Eventually.HoldsAsync(() => done.Count == 1, "it is under way");
        var behind = gathering.RunAsync(2);
        foreach (var waiting in new[] { hanging, behind }) await Should.ThrowAsync<StoreUnavailableException>(waiting.WaitAsync(2 * Gathering<int, int>.LongestWait));

        first.SetResult();
        (await gathering.RunAsync(3)).ShouldBe(3);
        done.ShouldBe([1, 3]);
    }
}
