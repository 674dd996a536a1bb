using IntraMessenger.Browser.Tests.Support;
using IntraMessenger.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace IntraMessenger.Browser.Tests;

/// <summary>What goes wrong around the page, and what a person has to see of it.</summary>
[Collection(nameof(BrowserCollection))]
public sealed class FaultTests(Chromium chromium) : IAsyncLifetime
{
    public Task InitializeAsync() => chromium.Cluster.ResetAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Page_WhoseScriptDoesNotCome_SaysSoAndComesBackByItself()
    {
        await using var ann = await chromium.VisitAsync("a");
        await ann.Page.GetByTestId("sign-in-form").WaitForAsync();
        var (isAway, tries) = (true, 0);
        await ann.Page.RouteAsync("**/assets/*.js", route =>
        {
            tries++;
            return isAway ? route.FulfillAsync(new() { Status = 404 }) : route.ContinueAsync();
        });
        await ann.Page.ReloadAsync();
        await Expect(ann.Page.GetByText("IntraMessenger could not be loaded.")).ToBeVisibleAsync();
        await Expect(ann.Page.GetByText("n’a pas pu être chargé")).ToBeVisibleAsync();
        await Eventually.HoldsAsync(() => tries > 1, "a second try");
        isAway = false;
        await ann.Page.GetByTestId("sign-in-form").WaitForAsync(new() { Timeout = 30_000 });
        ann.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Node_ThatStandsStill_IsLeftBeforeItsHeartbeatsAreMissed()
    {
        await using var ann = await chromium.VisitAsync("a");
        var (ben, conversation) = await FriendAsync(ann, "still-ann");
        var id = await chromium.Cluster.IdOfAsync(ann.Username);
        var holder = await chromium.Cluster.HolderAsync(id);
        await holder.PauseAsync();
        try
        {
            Person.Require(await ben.SayAsync(conversation, "are you there?"), 201);
            await Expect(ann.Conversation(ben.Name)).ToContainTextAsync("are you there?", new() { Timeout = 30_000 });
            (await chromium.Cluster.HolderAsync(id)).Name.ShouldNotBe(holder.Name);
        }
        finally
        {
            holder.Continue();
        }
    }

    [Fact]
    public async Task SignUp_WhoseAnswerIsLost_EndsSignedIn()
    {
        await using var ann = await chromium.VisitAsync("a");
        var isFirst = true;
        await ann.Page.RouteAsync("**/api/v1/accounts", async route =>
        {
            var answer = await route.FetchAsync();
            if (!isFirst) await route.FulfillAsync(new() { Response = answer });
            else await route.AbortAsync();
            isFirst = false;
        });
        await ann.Page.GetByRole(AriaRole.Button, new() { Name = "Create one" }).ClickAsync();
        var form = ann.Page.GetByTestId("sign-up-form");
        await form.Locator("input[name=username]").FillAsync("lost-ann");
        await form.Locator("input[name=password]").FillAsync(Visitor.Password);
        await form.Locator("button[type=submit]").ClickAsync();
        await Expect(form.GetByText("can’t be reached")).ToBeVisibleAsync();
        await form.Locator("button[type=submit]").ClickAsync();
        await ann.Page.GetByTestId("person-search").WaitForAsync();
    }

    [Fact]
    public async Task Tab_WithSomethingUnsent_AsksBeforeItCloses()
    {
        await using var ann = await chromium.VisitAsync("a");
        var (ben, _) = await FriendAsync(ann, "closing-ann");
        await ann.OpenAsync(ben.Name);
        var asked = new TaskCompletionSource<string>();
        ann.Page.Dialog += (_, dialog) =>
        {
            asked.TrySetResult(dialog.Type);
            _ = dialog.DismissAsync();
        };
        await ann.Page.RouteAsync("**/messages", route => route.AbortAsync());
        await ann.SayAsync("on its way");
        await Expect(ann.Messages.Last).ToHaveAttributeAsync("data-state", "sending");
        var leaving = ann.Page.EvaluateAsync("location.href = 'about:blank'");
        (await asked.Task.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe("beforeunload");
        await leaving;
        await Expect(ann.Messages.Last).ToHaveAttributeAsync("data-state", "sending");
    }

    [Fact]
    public async Task OwnStatus_IsTheSameInAllTabs()
    {
        await using var ann = await chromium.VisitAsync("a");
        await ann.SignUpAsync("status-ann");
        var second = await ann.OpenTabAsync();
        await second.GetByTestId("person-search").WaitForAsync();
        // A tab that is not in front is hardly painted, and each click waits for that.
        await ann.Page.BringToFrontAsync();
        await ann.Page.GetByRole(AriaRole.Button, new() { Name = "Your menu" }).ClickAsync();
        await ann.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Online" }).ClickAsync();
        var dialog = ann.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByText("Busy").ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(dialog).ToBeHiddenAsync();
        await IsBusyAsync(second);
        // The server knows it too: a browser that kept nothing else than its cookie.
        await second.EvaluateAsync("localStorage.clear()");
        await second.ReloadAsync();
        await IsBusyAsync(second);

        static async Task IsBusyAsync(IPage tab)
        {
            await tab.BringToFrontAsync();
            await tab.GetByRole(AriaRole.Button, new() { Name = "Your menu" }).ClickAsync();
            await Expect(tab.GetByRole(AriaRole.Menuitem, new() { Name = "Busy" })).ToBeVisibleAsync();
        }
    }

    [Fact]
    public async Task Message_ThatComesIn_IsReadOutOnce()
    {
        await using var ann = await chromium.VisitAsync("a");
        var (ben, conversation) = await FriendAsync(ann, "heard-ann");
        Person.Require(await ben.SayAsync(conversation, "before it was open"), 201);
        await ann.OpenAsync(ben.Name);
        await Expect(ann.Messages).ToHaveCountAsync(1);
        var readOut = ann.Page.GetByTestId("read-out");
        await ann.SayAsync("mine");
        await Expect(ann.Messages).ToHaveCountAsync(2);
        Person.Require(await ben.SayAsync(conversation, "while it is"), 201);
        await Expect(readOut).ToHaveAttributeAsync("aria-live", "polite");
        await Expect(readOut.GetByText("while it is")).ToHaveCountAsync(1);
        (await readOut.Locator("p").CountAsync()).ShouldBe(1, "neither what was there before nor one's own");
    }

    /// <summary>A new person at the page, with somebody of another policy set who may write to them.</summary>
    private async Task<(Person Friend, string Conversation)> FriendAsync(Visitor ann, string username)
    {
        await ann.SignUpAsync(username);
        var ben = (await chromium.Cluster.SignedInAsync(1, chromium.Cluster.Gateway("b")))[0];
        Person.Require(await ben.PostAsync("contacts", new { username }), 201);
        await ann.AcceptAsync(ben.Name);
        return (ben, Person.Require(await ben.PutAsync($"conversations/direct/{await chromium.Cluster.IdOfAsync(username)}"), 200).Text("id"));
    }
}
