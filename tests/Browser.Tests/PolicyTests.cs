using IntraMessenger.Browser.Tests.Support;
using IntraMessenger.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace IntraMessenger.Browser.Tests;

/// <summary>What the options of a policy set do to the page.</summary>
[Collection(nameof(BrowserCollection))]
public sealed class PolicyTests(Chromium chromium) : IAsyncLifetime
{
    public Task InitializeAsync() => chromium.Cluster.ResetAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    private static ILocator MeMenu(Visitor visitor) => visitor.Page.Locator("button.me");

    private Task ShootAsync(Visitor visitor, string name) =>
        visitor.Page.ScreenshotAsync(new() { Path = Path.Combine(chromium.Screenshots, name + ".png"), Animations = ScreenshotAnimations.Disabled });

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    [Trait("effect", "look.title")]
    [Trait("effect", "look.color")]
    [Trait("effect", "look.link")]
    [Trait("effect", "look.helpEmail")]
    [Trait("effect", "look.helpPhone")]
    [Trait("effect", "look.register")]
    [Trait("effect", "look.forgotPassword")]
    [Trait("effect", "look.changePassword")]
    public async Task Page_WithALookOfItsOwn_ShowsItBeforeAndAfterSigningIn(ColorScheme scheme)
    {
        await using var policy = await Policy.OfAsync(chromium.Cluster, "b",
            ("look.title", "Acme <Talk>"), ("look.banner", "Maintenance on Saturday from 6 to 8"), ("look.color", "#ffd400"), ("look.language", "fr"),
            ("look.link", "https://acme.example/"), ("look.helpEmail", "help@acme.example"), ("look.helpPhone", "+33 1 23 45 67 89"),
            ("look.register", "https://acme.example/register"), ("look.forgotPassword", "https://acme.example/forgot"), ("look.changePassword", "https://acme.example/change"),
            ("look.allowThemes", false), ("profile.allowChange", false));
        var me = (await chromium.Cluster.PeopleAsync(1, chromium.Cluster.Gateway("b")))[0];
        await using var visitor = await chromium.VisitAsync("b", new() { ColorScheme = scheme });
        var page = visitor.Page;

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Acme <Talk>" })).ToBeVisibleAsync();
        await Expect(page).ToHaveTitleAsync("Acme <Talk>");
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "fr");
        await Expect(page.GetByTestId("notice-line")).ToContainTextAsync("Maintenance on Saturday");
        await Expect(page.GetByTestId("help")).ToContainTextAsync("+33 1 23 45 67 89");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "help@acme.example" })).ToHaveAttributeAsync("href", "mailto:help@acme.example");
        foreach (var (link, address) in new[] { ("register", "https://acme.example/register"), ("forgot-password", "https://acme.example/forgot"), ("site", "https://acme.example/") })
        {
            await Expect(page.GetByTestId(link)).ToHaveAttributeAsync("href", address);
            await Expect(page.GetByTestId(link)).ToHaveAttributeAsync("rel", "noopener noreferrer");
        }

        await Expect(page.GetByTestId("to-sign-up")).ToBeHiddenAsync();
        await Expect(page.Locator("button[type=submit]")).ToHaveCSSAsync("background-color", "rgb(255, 212, 0)");
        await ShootAsync(visitor, $"look-sign-in-{scheme.ToString().ToLowerInvariant()}");
        (await Accessibility.ViolationsAsync(page)).ShouldBeEmpty();

        await visitor.SignInAsync(me.Name, RunningCluster.Password);
        await page.GetByTestId("person-search").WaitForAsync();
        await page.GetByTestId("notice-line").GetByRole(AriaRole.Button).ClickAsync();
        await Expect(page.GetByTestId("notice-line")).ToBeHiddenAsync();
        await page.ReloadAsync();
        await page.GetByTestId("person-search").WaitForAsync();
        await Expect(page.GetByTestId("notice-line")).ToBeHiddenAsync();
        await Expect(page).ToHaveTitleAsync("Acme <Talk>");

        await MeMenu(visitor).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Menuitem, new() { Name = "Changer le mot de passe" })).ToHaveAttributeAsync("href", "https://acme.example/change");
        await Expect(page.GetByRole(AriaRole.Menuitem, new() { Name = "Profil" })).ToBeHiddenAsync();
        await Expect(page.GetByRole(AriaRole.Menuitem, new() { Name = "help@acme.example" })).ToHaveAttributeAsync("href", "mailto:help@acme.example");
        await Expect(page.GetByRole(AriaRole.Menuitem, new() { Name = "+33 1 23 45 67 89" })).ToHaveAttributeAsync("href", "tel:+33123456789");
        await ShootAsync(visitor, $"look-menu-{scheme.ToString().ToLowerInvariant()}");
        (await Accessibility.ViolationsAsync(page)).ShouldBeEmpty();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Apparence" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Group, new() { Name = "Langue" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Group, new() { Name = "Thème" })).ToBeHiddenAsync();
        await page.Keyboard.PressAsync("Escape");

        await policy.SaveAsync(("look.banner", "All is well again"), ("look.allowPreferences", false));
        await Expect(page.GetByTestId("notice-line")).ToContainTextAsync("All is well again");
        await MeMenu(visitor).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Menuitem, new() { Name = "Apparence" })).ToBeHiddenAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task StatusDialog_OffersWhatThePolicyAllows()
    {
        await using var policy = await Policy.OfAsync(chromium.Cluster, "b", ("presence.busyReasons", new[] { "In a meeting", "On the phone" }), ("presence.allowHidden", false));
        var people = await chromium.Cluster.SignedInAsync(2, chromium.Cluster.Gateway("b"));
        await people[0].BefriendAsync(people[1]);
        await using var visitor = await chromium.VisitAsync("b");
        var page = visitor.Page;
        await visitor.SignInAsync(people[0].Name, RunningCluster.Password);
        await visitor.Conversation(people[1].Name).WaitForAsync();
        await MeMenu(visitor).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Online" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByText("Hidden")).ToBeHiddenAsync();
        await Expect(dialog.GetByRole(AriaRole.Textbox)).ToBeVisibleAsync();
        await dialog.GetByText("Busy").ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Textbox)).ToBeHiddenAsync();
        (await dialog.GetByRole(AriaRole.Option).AllInnerTextsAsync()).ShouldBe(["Nothing more", "In a meeting", "On the phone"]);
        await dialog.GetByRole(AriaRole.Combobox).SelectOptionAsync("On the phone");
        await ShootAsync(visitor, "status-reasons");
        (await Accessibility.ViolationsAsync(page)).ShouldBeEmpty();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(dialog).ToBeHiddenAsync();
        await MeMenu(visitor).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Menuitem, new() { Name = "On the phone" })).ToBeVisibleAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task SomebodyOnline_WithoutInputForLong_IsAwayUntilTheyComeBack()
    {
        await using var policy = await Policy.OfAsync(chromium.Cluster, "b", ("presence.awayAfterMinutes", 5));
        var people = await chromium.Cluster.SignedInAsync(2, chromium.Cluster.Gateway("b"));
        var (me, friend) = (people[0], people[1]);
        await me.BefriendAsync(friend);
        Person.Require(await me.SignOutAsync(), 204);
        await using var visitor = await chromium.VisitAsync("b");
        var page = visitor.Page;
        await visitor.SignInAsync(me.Name, RunningCluster.Password);
        await visitor.Conversation(friend.Name).WaitForAsync();
        await page.Clock.InstallAsync();
        await page.ReloadAsync();
        await visitor.Conversation(friend.Name).WaitForAsync();
        Task SeesAsync(string status) => Eventually.HoldsAsync(async () =>
            (await friend.GetAsync("contacts")).Body.GetProperty("items")[0].GetProperty("status").GetString() == status, $"the friend sees {status}");

        await page.Clock.FastForwardAsync("04:30");
        await SeesAsync("online");
        await page.Clock.FastForwardAsync("01:00");
        await SeesAsync("away");
        await MeMenu(visitor).ClickAsync();
        await SeesAsync("online");
        await Expect(page.GetByRole(AriaRole.Menuitem, new() { Name = "Online" })).ToBeVisibleAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Contacts_ThatAnAdministratorManages_ComeByThemselvesAndCannotBeAdded()
    {
        await using var policy = await Policy.OfAsync(chromium.Cluster, "b",
            ("contacts.managedByUser", false), ("directory.browse", true), ("contacts.allowHiddenFrom", false));
        var people = await chromium.Cluster.PeopleAsync(3, chromium.Cluster.Gateway("b"));
        var (me, friend, other) = (people[0], people[1], people[2]);
        await using var visitor = await chromium.VisitAsync("b");
        var page = visitor.Page;
        await visitor.SignInAsync(me.Name, RunningCluster.Password);
        await Expect(page.GetByText("Contacts are managed by your administrator here.")).ToBeVisibleAsync();
        await page.GetByTestId("browse").ClickAsync();
        var listed = page.GetByTestId("person-result");
        await Expect(listed.First).ToBeVisibleAsync();
        while (await page.Locator($"[data-testid=person-result][data-username='{other.Name}']").CountAsync() == 0)
        {
            var before = await listed.CountAsync();
            await page.GetByTestId("more-people").ClickAsync();
            await Expect(listed.Nth(before)).ToBeVisibleAsync();
        }

        await Expect(page.GetByTestId("ask")).ToHaveCountAsync(0);
        await ShootAsync(visitor, "everybody");
        await page.GetByTestId("browse").ClickAsync();

        await policy.BefriendAsync(me.Name, friend.Name);
        await Expect(visitor.Conversation(friend.Name)).ToBeVisibleAsync();
        await visitor.OpenAsync(friend.Name);
        await visitor.SayAsync("So we meet");
        await Expect(visitor.Messages.Last).ToHaveAttributeAsync("data-state", "sent");
        await page.GetByRole(AriaRole.Button, new() { Name = "More about" }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Menuitem, new() { Name = "Block" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Menuitem, new() { Name = "Remove contact" })).ToBeHiddenAsync();
        await Expect(page.GetByRole(AriaRole.Menuitem, new() { Name = "Appear offline" })).ToBeHiddenAsync();
        await ShootAsync(visitor, "managed");

        await policy.SaveAsync(("contacts.managedByUser", true), ("contacts.allowHiddenFrom", true));
        await Expect(page.GetByRole(AriaRole.Menuitem, new() { Name = "Remove contact" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Appear offline" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "More about" }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Menuitem, new() { Name = "No longer appear offline" })).ToBeVisibleAsync();
        visitor.Complaints.ShouldBeEmpty();
    }
}
