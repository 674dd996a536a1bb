using IntraMessenger.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace IntraMessenger.Browser.Tests.Support;

/// <summary>A running cluster and Debian's Chromium in front of it.</summary>
public sealed class Chromium : IAsyncLifetime
{
    /// <summary>In milliseconds, where a test does not say it: for what comes at once, on a machine that has much else to do.</summary>
    public const int Patience = 20_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public RunningCluster Cluster { get; } = new();

    /// <summary>Where screenshots go: a folder of the test run's own, or the one that <c>INTRAMESSENGER_SCREENSHOTS</c> names.</summary>
    public string Screenshots { get; } = Environment.GetEnvironmentVariable("INTRAMESSENGER_SCREENSHOTS") ?? Path.Combine(AppContext.BaseDirectory, "screenshots");

    public async Task InitializeAsync()
    {
        SetDefaultExpectTimeout(Patience);
        await Cluster.InitializeAsync();
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        await Cluster.DisposeAsync();
    }

    /// <summary>Somebody's browser with nothing in it yet.</summary>
    internal Task<Visitor> VisitAsync(string set, BrowserNewContextOptions? options = null) => VisitAtAsync(Cluster.Gateway(set), options);

    /// <summary>The same at an address that leads to the gateway by some other way.</summary>
    internal async Task<Visitor> VisitAtAsync(string address, BrowserNewContextOptions? options = null)
    {
        options ??= new BrowserNewContextOptions();
        options.Locale ??= "en-GB";
        options.ViewportSize ??= new() { Width = 1280, Height = 800 };
        return await Visitor.ComeAsync(await _browser!.NewContextAsync(options), address);
    }

    /// <summary>No sideways scrolling, and nothing that axe finds wrong: contrast, names, roles.</summary>
    internal async Task JudgeAsync(Visitor visitor, string name)
    {
        var path = Path.Combine(Screenshots, name.ToLowerInvariant() + ".png");
        await visitor.Page.ScreenshotAsync(new() { Path = path, Animations = ScreenshotAnimations.Disabled });
        (await visitor.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth")).ShouldBeTrue($"{name} scrolls sideways");
        (await Accessibility.ViolationsAsync(visitor.Page)).ShouldBeEmpty(name);
    }
}

[CollectionDefinition(nameof(BrowserCollection))]
public sealed class BrowserCollection : ICollectionFixture<Chromium>;
