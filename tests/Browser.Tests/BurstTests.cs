using IntraMessenger.Browser.Tests.Support;
using IntraMessenger.Testing;
using Microsoft.Playwright;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace IntraMessenger.Browser.Tests;

/// <summary>Much at once in the conversation that is open.</summary>
[Collection(nameof(BrowserCollection))]
public sealed class BurstTests(Chromium chromium, ITestOutputHelper output) : IAsyncLifetime
{
    private const int Count = 1_000;

    public Task InitializeAsync() => chromium.Cluster.ResetAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task OpenConversation_WithAThousandNewMessages_ShowsTheLastOnesAndTheOthersOnTheWayUp()
    {
        await using var ann = await chromium.VisitAsync("b");
        await ann.SignUpAsync("burst-ann");
        var ben = (await chromium.Cluster.SignedInAsync(1, chromium.Cluster.Gateway("b")))[0];
        Person.Require(await ben.PostAsync("contacts", new { username = ann.Username }), 201);
        await ann.AcceptAsync(ben.Name);
        await ann.OpenAsync(ben.Name);
        var conversation = Person.Require(await ben.PutAsync($"conversations/direct/{await chromium.Cluster.IdOfAsync(ann.Username)}"), 200).Text("id");
        await ann.Page.EvaluateAsync("""
            () => {
                window.busy = 0;
                window.longest = 0;
                new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => { window.busy += duration; window.longest = Math.max(window.longest, duration); }))
                    .observe({ type: 'longtask' });
            }
            """);

        var started = TimeProvider.System.GetTimestamp();
        await Parallel.ForEachAsync(Enumerable.Range(1, Count - 1), new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (i, _) => Person.Require(await ben.SayAsync(conversation, $"burst {i}"), 201));
        Person.Require(await ben.SayAsync(conversation, $"burst {Count}"), 201);
        var sent = TimeProvider.System.GetElapsedTime(started);
        await SeesLastAsync(ann);
        var seen = TimeProvider.System.GetElapsedTime(started);
        output.WriteLine($"{Count} messages sent in {sent.TotalSeconds:0.0} s, seen after {seen.TotalSeconds:0.0} s; the page was busy in long tasks for " +
            $"{await ann.Page.EvaluateAsync<double>("window.busy") / 1000:0.00} s, the longest {await ann.Page.EvaluateAsync<double>("window.longest"):0} ms");

        (await ann.Messages.CountAsync()).ShouldBeLessThan(400, "not all that is held is drawn");
        (await NeverSeenAsync(ann)).ShouldBeEmpty("of what is held");
        await ann.Page.ReloadAsync();
        await Expect(ann.Page.GetByTestId("message-text").Last).ToHaveTextAsync($"burst {Count}");
        (await NeverSeenAsync(ann)).ShouldBeEmpty("of what is fetched");
        (await ann.Messages.CountAsync()).ShouldBeLessThan(400);

        await ann.Page.GetByRole(AriaRole.Button, new() { Name = "To the newest message" }).ClickAsync();
        await Expect(ann.Page.GetByTestId("message-text").Last).ToHaveTextAsync($"burst {Count}");
        await Expect(ann.Page.GetByTestId("message-text").Last).ToBeInViewportAsync();
        Person.Require(await ben.SayAsync(conversation, "and one more"), 201);
        await Expect(ann.Page.GetByTestId("message-text").Last).ToHaveTextAsync("and one more");
        await Expect(ann.Page.GetByTestId("message-text").Last).ToBeInViewportAsync();
        ann.Complaints.ShouldBeEmpty();
    }

    private static async Task SeesLastAsync(Visitor ann)
    {
        try
        {
            await Expect(ann.Page.GetByTestId("message-text").Last).ToHaveTextAsync($"burst {Count}", new() { Timeout = 60_000 });
        }
        catch (PlaywrightException e)
        {
            throw new ShouldAssertException($"The last of them is not seen.\n{await ann.DescribeAsync()}", e);
        }
    }

    /// <summary>Scrolls up to the first as a person does; the numbers of the messages that did not come into view.</summary>
    private static async Task<IEnumerable<int>> NeverSeenAsync(Visitor ann)
    {
        var seen = new SortedSet<int>();
        await ann.Messages.Last.HoverAsync();
        await Eventually.HoldsAsync(async () =>
        {
            seen.UnionWith(await ann.Page.EvaluateAsync<int[]>("""
                () => {
                    const box = document.querySelector('[role=log]').getBoundingClientRect();
                    return [...document.querySelectorAll('[data-seq]')]
                        .filter((row) => { const { top, bottom } = row.getBoundingClientRect(); return bottom > box.top && top < box.bottom; })
                        .map((row) => Number(row.dataset.seq));
                }
                """));
            await ann.Page.Mouse.WheelAsync(0, -250);
            return seen.Min == 1;
        }, "the first message", 120, () => $"{seen.Count} were seen, the first was {seen.Min}");
        return Enumerable.Range(1, Count).Except(seen);
    }
}
