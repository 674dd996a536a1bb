using IntraMessenger.Browser.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace IntraMessenger.Browser.Tests;

/// <summary>What administrators do in the console's page.</summary>
[Collection(nameof(BrowserCollection))]
public sealed class ConsoleTests(Chromium chromium) : IAsyncLifetime
{
    private string Address => chromium.Cluster.Local.ControlProcess.Url + "/console";

    public Task InitializeAsync() => chromium.Cluster.ResetAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task SignIn_WithAWrongPassword_SaysSo()
    {
        await using var admin = await chromium.VisitAtAsync(Address);
        await admin.SignInAsync("admin", "not the password");
        await Expect(admin.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The name or the password is wrong.");
        await Expect(Sheets(admin)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task SignOut_EndsTheSession()
    {
        await using var admin = await SignedInAsync();
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await admin.Page.GetByTestId("sign-in-form").WaitForAsync();
        await admin.Page.ReloadAsync();
        await admin.Page.GetByTestId("sign-in-form").WaitForAsync();
    }

    [Fact]
    public async Task Limit_ThatIsSaved_IsInForceOnTheNodes_UntilAnOlderRevisionIsRestored()
    {
        await using var admin = await SignedInAsync();
        await OpenAsync(admin, "a");
        var before = (await admin.Page.GetByTestId("revision-now").InnerTextAsync()).Split(' ')[1];
        await admin.Page.GetByTestId("option-search").FillAsync("many contacts");
        await Expect(admin.Page.GetByTestId("option")).ToHaveCountAsync(1);
        await admin.Page.GetByLabel("How many contacts a person may have").FillAsync("7");
        await Expect(Option(admin, "contacts.max")).ToHaveAttributeAsync("data-changed", "true");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "What would this touch?" }).ClickAsync();
        await Expect(admin.Page.GetByTestId("impact")).ToContainTextAsync("2 nodes: node-a1, node-a2.");
        await admin.Page.GetByLabel("Comment").FillAsync("The summer fair");
        await admin.Page.GetByLabel("Comment").PressAsync("Enter");
        await Expect(admin.Page.GetByTestId("save-bar")).ToBeHiddenAsync();
        await chromium.Cluster.InForceAsync(7);

        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Show the history" }).ClickAsync();
        var newest = admin.Page.GetByTestId("revision").First;
        await Expect(newest).ToContainTextAsync("The summer fair");
        await Expect(newest).ToContainTextAsync("admin");
        await Expect(newest).ToContainTextAsync("contacts.max: 3 contacts → 7 contacts");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = $"Restore revision {before}", Exact = true }).ClickAsync();
        await chromium.Cluster.InForceAsync(3);
        admin.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Save_OverWhatAnotherSavedMeanwhile_ShowsIt_AndKeepsBothWhereWanted()
    {
        await using var admin = await SignedInAsync();
        await OpenAsync(admin, "a");
        await Option(admin, "contacts.allowAlias").GetByRole(AriaRole.Switch).ClickAsync();
        await using var another = await Policy.OfAsync(chromium.Cluster, "a", ("contacts.allowHiddenFrom", false));
        var save = admin.Page.GetByRole(AriaRole.Button, new() { Name = "Save" });
        await save.ClickAsync();
        var conflict = admin.Page.GetByTestId("conflict");
        await Expect(conflict).ToContainTextAsync("contacts.allowHiddenFrom: inherited → no");

        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Load it and keep my changes" }).ClickAsync();
        await Expect(conflict).ToBeHiddenAsync();
        await Expect(Option(admin, "contacts.allowHiddenFrom").GetByRole(AriaRole.Switch)).Not.ToBeCheckedAsync();
        await Expect(Option(admin, "contacts.allowAlias")).ToHaveAttributeAsync("data-changed", "true");
        await save.ClickAsync();
        await Expect(admin.Page.GetByTestId("save-bar")).ToBeHiddenAsync();
        await another.InForceAsync(("contacts.allowHiddenFrom", false), ("contacts.allowAlias", false));

        await Option(admin, "contacts.allowAlias").GetByTestId("inherit").ClickAsync();
        await save.ClickAsync();
        await another.InForceAsync(("contacts.allowAlias", true));
    }

    [Fact]
    public async Task Value_ThatTheServerRefuses_IsToldAtItsField()
    {
        await using var admin = await SignedInAsync();
        await OpenAsync(admin, "a");
        await Option(admin, "contacts.autoAdd").GetByRole(AriaRole.Textbox).FillAsync("bob\nbob");
        await admin.Page.GetByTestId("option-search").FillAsync("contacts.max");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(Option(admin, "contacts.autoAdd")).ToContainTextAsync("has a text twice.");
        await Expect(Option(admin, "contacts.autoAdd").GetByRole(AriaRole.Textbox)).ToBeFocusedAsync();
    }

    [Theory]
    [InlineData(ColorScheme.Light, "en-GB", 360)]
    [InlineData(ColorScheme.Dark, "fr-FR", 1280)]
    public async Task Page_FitsAndCanBeRead(ColorScheme scheme, string locale, int width)
    {
        await using var admin = await chromium.VisitAtAsync(Address, new() { ColorScheme = scheme, Locale = locale, ViewportSize = new() { Width = width, Height = 800 } });
        await admin.Page.GetByTestId("sign-in-form").WaitForAsync();
        await chromium.JudgeAsync(admin, $"console-sign-in-{width}-{scheme}");
        await admin.SignInAsync("admin", chromium.Cluster.Local.AdminPassword);
        await OpenAsync(admin, "a");
        await admin.Page.Locator("[data-testid=history] button").ClickAsync();
        await admin.Page.GetByTestId("revision").First.WaitForAsync();
        await chromium.JudgeAsync(admin, $"console-set-{width}-{scheme}");
        await Option(admin, "contacts.max").GetByRole(AriaRole.Textbox).FillAsync("2");
        await Option(admin, "contacts.allowAlias").GetByRole(AriaRole.Switch).ClickAsync();
        await admin.Page.Locator("[data-testid=save-bar] button:not([type=submit])").Last.ClickAsync();
        await admin.Page.GetByTestId("impact").WaitForAsync();
        await chromium.JudgeAsync(admin, $"console-changes-{width}-{scheme}");
        await Option(admin, "contacts.max").GetByRole(AriaRole.Textbox).FillAsync("-2");
        await chromium.JudgeAsync(admin, $"console-wrong-{width}-{scheme}");
        (await admin.Page.EvaluateAsync<string>("document.documentElement.lang")).ShouldBe(locale[..2]);
        admin.Complaints.ShouldBeEmpty();
    }

    private static ILocator Sheets(Visitor admin) => admin.Page.GetByTestId("sheet-link");

    private static ILocator Option(Visitor admin, string key) => admin.Page.Locator($"[data-testid=option][data-key='{key}']");

    private static async Task OpenAsync(Visitor admin, string set)
    {
        await admin.Page.Locator($"[data-testid=sheet-link][data-path='policy-sets/{set}']").ClickAsync();
        await Expect(admin.Page.Locator("[data-testid=sheet-link][aria-current]")).ToHaveAttributeAsync("data-path", $"policy-sets/{set}");
        await Option(admin, "contacts.max").WaitForAsync();
    }

    private async Task<Visitor> SignedInAsync()
    {
        var admin = await chromium.VisitAtAsync(Address);
        await admin.SignInAsync("admin", chromium.Cluster.Local.AdminPassword);
        await Sheets(admin).First.WaitForAsync();
        return admin;
    }
}
