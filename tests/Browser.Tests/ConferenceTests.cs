using IntraMessenger.Browser.Tests.Support;
using IntraMessenger.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace IntraMessenger.Browser.Tests;

[Collection(nameof(BrowserCollection))]
public sealed class ConferenceTests(Chromium chromium) : IAsyncLifetime
{
    public Task InitializeAsync() => chromium.Cluster.ResetAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Conference_MadeOfContacts_ShowsWhoSpeaksWhoComesAndWhoLeaves()
    {
        await using var ann = await chromium.VisitAsync("a");
        await using var ben = await chromium.VisitAsync("b");
        await ann.SignUpAsync("conf-ann", "Ann Archer");
        await ben.SignUpAsync("conf-ben", "Ben Baker");
        var carol = (await chromium.Cluster.SignedInAsync(1, chromium.Cluster.Gateway("b")))[0];
        await ann.AskAsync("conf-ben");
        await ben.AcceptAsync("conf-ann");
        Person.Require(await carol.PostAsync("contacts", new { username = "conf-ann" }), 201);
        await ann.AcceptAsync(carol.Name);

        await ann.Page.GetByTestId("new-conference").ClickAsync();
        var dialog = ann.Page.GetByTestId("conference-dialog");
        await dialog.GetByTestId("create-conference").ClickAsync();
        await Expect(dialog).ToContainTextAsync("Choose somebody");
        await dialog.GetByTestId("conference-title").FillAsync("Lunch");
        await dialog.Locator("[data-testid=pick][data-username=conf-ben]").CheckAsync();
        await dialog.GetByTestId("create-conference").ClickAsync();
        await Expect(dialog).ToBeHiddenAsync();
        await Expect(Lines(ann)).ToHaveTextAsync(["You joined", "Ben Baker joined"]);
        await ann.SayAsync("Where shall we go?");

        await Room(ben).ClickAsync();
        await Expect(Lines(ben)).ToHaveTextAsync(["You joined"]);
        await Expect(ben.Page.Locator("main h2")).ToHaveTextAsync("Lunch");
        await Expect(ben.Page.Locator("main")).ToContainTextAsync("Ann Archer");
        await Expect(ben.Page.GetByTestId("message-text").Last).ToHaveTextAsync("Where shall we go?");
        await ben.SayAsync("To the pond.");
        await Expect(Room(ann)).ToContainTextAsync("Ben Baker: To the pond.");

        await ann.Page.Locator("main header").GetByRole(AriaRole.Button).Last.ClickAsync();
        await ann.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Invite people" }).ClickAsync();
        var invite = ann.Page.GetByTestId("invite-dialog");
        await invite.Locator($"[data-testid=pick][data-username={carol.Name}]").CheckAsync();
        await invite.GetByRole(AriaRole.Button, new() { Name = "Invite", Exact = true }).ClickAsync();
        await Expect(Lines(ben).Last).ToHaveTextAsync($"{carol.Name} joined");
        await Expect(ben.Page.GetByTestId("conversation-status")).ToHaveTextAsync("3 members");

        await ben.Page.Locator("main header").GetByRole(AriaRole.Button).Last.ClickAsync();
        await ben.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Leave" }).ClickAsync();
        await ben.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Leave", Exact = true }).ClickAsync();
        await Expect(Room(ben)).ToHaveCountAsync(0);
        await Expect(Lines(ann).Last).ToHaveTextAsync("Ben Baker left");
        await Expect(ann.Page.GetByTestId("conversation-status")).ToHaveTextAsync("2 members");

        // From the store the names of those who left are there too.
        await ann.Page.ReloadAsync();
        await Expect(Lines(ann).Last).ToHaveTextAsync("Ben Baker left");
        (await ann.TextsAsync()).ShouldBe(["Where shall we go?", "To the pond."]);
        ann.Complaints.ShouldBeEmpty();
        ben.Complaints.ShouldBeEmpty();
    }

    private static ILocator Lines(Visitor visitor) => visitor.Page.GetByTestId("membership");

    private static ILocator Room(Visitor visitor) => visitor.Page.Locator("[data-testid=conversation-item][data-kind=conference]");
}
