using IntraMessenger.Browser.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace IntraMessenger.Browser.Tests;

/// <summary>What administrators see of the nodes in the console's page.</summary>
[Collection(nameof(BrowserCollection))]
public sealed class ConsoleNodesTests(Chromium chromium) : IAsyncLifetime
{
    private string Address => chromium.Cluster.Local.ControlProcess.Url + "/console";

    public Task InitializeAsync() => chromium.Cluster.ResetAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Node_WhoseOwnFileSaysOtherValues_ShowsWhichAreInForceAndWhyOthersAreNot()
    {
        await using var policy = await Policy.OfAsync(chromium.Cluster, "a");
        await policy.LockAsync("limits.requestsPerSecond");
        await using var said = await OwnOptions.OfAsync(chromium.Cluster.A1, ("limits.signInsPerMinute", 1234), ("limits.requestsPerSecond", 100), ("contacts.max", 9));
        foreach (var (scheme, locale, width) in new[] { (ColorScheme.Light, "en-GB", 1280), (ColorScheme.Dark, "fr-FR", 360) })
        {
            await using var admin = await AtNodesAsync(new() { ColorScheme = scheme, Locale = locale, ViewportSize = new() { Width = width, Height = 800 } });
            await Expect(Node(admin, "node-a1").Locator(".upToDate")).ToBeVisibleAsync();
            await chromium.JudgeAsync(admin, $"console-nodes-{width}-{scheme}");

            await Node(admin, "node-a1").GetByRole(AriaRole.Link).PressAsync("Enter");
            await Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Level = 2 })).ToBeFocusedAsync();
            await Expect(admin.Page.GetByTestId("deviation")).ToHaveCountAsync(3);
            await Expect(Deviation(admin, "limits.requestsPerSecond")).ToHaveAttributeAsync("data-reason", "locked");
            await Expect(Deviation(admin, "contacts.max")).ToHaveAttributeAsync("data-reason", "notByNode");
            await Expect(Deviation(admin, "limits.signInsPerMinute")).ToHaveAttributeAsync("data-reason", "localFile");
            await chromium.JudgeAsync(admin, $"console-node-{width}-{scheme}");
            if (locale == "en-GB")
            {
                await Expect(Deviation(admin, "limits.requestsPerSecond")).ToContainTextAsync("policy set a locks the option");
                await Expect(Deviation(admin, "limits.signInsPerMinute")).ToContainTextAsync("1,234 tries per minute");
            }

            await admin.Page.GetByTestId("all-nodes").PressAsync("Enter");
            await Expect(Node(admin, "node-a1").GetByRole(AriaRole.Link)).ToBeFocusedAsync();
            admin.Complaints.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Nodes_AreShownAsTheyAreWithoutReloading_AndAControlThatIsAwayIsTold()
    {
        await using var admin = await AtNodesAsync();
        await Expect(admin.Page.GetByTestId("node")).ToHaveCountAsync(3);
        await Expect(Node(admin, "node-a2")).ToContainTextAsync("Running");
        await chromium.Cluster.A2.StopAsync();
        await Expect(Node(admin, "node-a2")).ToContainTextAsync("Not running");
        await chromium.Cluster.A2.RestartAsync();
        await Expect(Node(admin, "node-a2")).ToContainTextAsync("Running");

        var problem = admin.Page.GetByTestId("nodes-problem");
        await chromium.Cluster.Local.ControlProcess.KillAsync();
        await Expect(problem).ToContainTextAsync("Control can’t be reached.");
        await chromium.JudgeAsync(admin, "console-nodes-away");
        await Expect(admin.Page.GetByTestId("node")).ToHaveCountAsync(3);
        await chromium.Cluster.Local.ControlProcess.RestartAsync();
        await Expect(problem).ToBeEmptyAsync();
    }

    private static ILocator Node(Visitor admin, string name) => admin.Page.Locator($"[data-testid=node][data-name='{name}']");

    private static ILocator Deviation(Visitor admin, string key) => admin.Page.Locator($"[data-testid=deviation][data-key='{key}']");

    private async Task<Visitor> AtNodesAsync(BrowserNewContextOptions? options = null)
    {
        var admin = await chromium.VisitAtAsync(Address, options);
        await admin.SignInAsync("admin", chromium.Cluster.Local.AdminPassword);
        await admin.Page.GetByTestId("nodes-link").ClickAsync();
        await admin.Page.GetByTestId("node").First.WaitForAsync();
        return admin;
    }
}
