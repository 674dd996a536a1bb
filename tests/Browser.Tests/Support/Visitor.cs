using System.Collections.Concurrent;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace IntraMessenger.Browser.Tests.Support;

/// <summary>Somebody at the page, who sees and does what people see and do; and what the browser complained of meanwhile.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    public const string Password = "paper boat on a pond";

    private readonly string _address;

    private Visitor(IBrowserContext context, string address, IPage page)
    {
        (Context, _address, Page) = (context, address, page);
        Page = Watch(page);
    }

    public IBrowserContext Context { get; }

    public IPage Page { get; private set; }

    public string Username { get; private set; } = "";

    /// <summary>Errors on the console, uncaught exceptions, and violations of the Content-Security-Policy.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    /// <summary>Everything that the page asked for.</summary>
    public ConcurrentQueue<string> Requested { get; } = new();

    public ILocator Composer => Page.GetByTestId("composer");

    public ILocator Messages => Page.GetByTestId("message");

    public ILocator Connection => Page.GetByTestId("connection");

    public static async Task<Visitor> ComeAsync(IBrowserContext context, string address)
    {
        var visitor = new Visitor(context, address, await context.NewPageAsync());
        visitor.Context.SetDefaultTimeout(Chromium.Patience);
        await visitor.Page.GotoAsync(address + "/");
        return visitor;
    }

    /// <summary>Another tab of the same browser.</summary>
    public async Task<IPage> OpenTabAsync()
    {
        var tab = Watch(await Context.NewPageAsync());
        await tab.GotoAsync(_address + "/");
        return tab;
    }

    /// <summary>Makes an account by the form; the page signs in with it.</summary>
    public async Task SignUpAsync(string username, string? displayName = null)
    {
        Username = username;
        await Page.GetByTestId("sign-in-form").WaitForAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Create one" }).ClickAsync();
        var form = Page.GetByTestId("sign-up-form");
        await form.Locator("input[name=username]").FillAsync(username);
        if (displayName is not null) await form.Locator("input[name=displayName]").FillAsync(displayName);
        await form.Locator("input[name=password]").FillAsync(Password);
        await form.Locator("button[type=submit]").ClickAsync();
        await Page.GetByTestId("person-search").WaitForAsync();
    }

    public async Task SignInAsync(string username, string password = Password)
    {
        Username = username;
        var form = Page.GetByTestId("sign-in-form");
        await form.Locator("input[name=username]").FillAsync(username);
        await form.Locator("input[name=password]").FillAsync(password);
        await form.Locator("button[type=submit]").ClickAsync();
    }

    /// <summary>Finds somebody and asks to become contacts.</summary>
    public async Task AskAsync(string username, string? text = null)
    {
        await Page.GetByTestId("person-search").FillAsync(username);
        await Page.Locator($"[data-testid=person-result][data-username='{username}']").GetByRole(AriaRole.Button).ClickAsync();
        var dialog = Page.GetByRole(AriaRole.Dialog);
        if (text is not null) await dialog.GetByRole(AriaRole.Textbox).FillAsync(text);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Send request" }).ClickAsync();
        await Expect(dialog).ToBeHiddenAsync();
        await Page.GetByTestId("person-search").FillAsync("");
    }

    /// <summary>Accepts and waits until it is so: what others do next may rest on it.</summary>
    public async Task AcceptAsync(string username)
    {
        await Request(username).GetByRole(AriaRole.Button, new() { Name = "Accept" }).ClickAsync();
        await Conversation(username).WaitForAsync();
    }

    public ILocator Request(string username) => Page.Locator($"[data-testid=contact-request][data-username='{username}']");

    public ILocator Conversation(string username) => Page.Locator($"[data-testid=conversation-item][data-username='{username}']");

    public async Task OpenAsync(string username)
    {
        await Conversation(username).ClickAsync();
        await Composer.WaitForAsync();
    }

    public async Task SayAsync(string text)
    {
        await Composer.FillAsync(text);
        await Composer.PressAsync("Enter");
        await Expect(Composer).ToHaveValueAsync("");
    }

    /// <summary>The texts of the open conversation, in order, as they are shown.</summary>
    public Task<IReadOnlyList<string>> TextsAsync() => Page.GetByTestId("message-text").AllInnerTextsAsync();

    /// <summary>What is seen of the open conversation and of the connection, and what the browser complained of: for a test that fails.</summary>
    public async Task<string> DescribeAsync()
    {
        var messages = await Messages.EvaluateAllAsync<string[]>("all => all.slice(-8).map(one => one.dataset.state + ': ' + one.innerText.replaceAll('\\n', ' '))");
        var connection = await Connection.EvaluateAllAsync<string[]>("all => all.map(one => one.dataset.state)");
        return $"{Username} sees [{string.Join("; ", messages)}], connection [{string.Join(", ", connection)}], being written [{await Composer.InputValueAsync()}], complaints [{string.Join("; ", Complaints)}]";
    }

    public ValueTask DisposeAsync() => Context.DisposeAsync();

    private IPage Watch(IPage page)
    {
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !IsOfTheNetwork(message.Text)) Complaints.Enqueue(message.Text);
        };
        page.PageError += (_, error) => Complaints.Enqueue(error);
        page.Request += (_, request) => Requested.Enqueue(request.Url);
        return page;
    }

    // That a request failed, or was refused, is told by the page itself.
    private static bool IsOfTheNetwork(string text) => text.StartsWith("Failed to load resource", StringComparison.Ordinal) || text.Contains("net::ERR_", StringComparison.Ordinal);
}
