using IntraMessenger.Browser.Tests.Support;
using IntraMessenger.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace IntraMessenger.Browser.Tests;

/// <summary>How the page looks, for people to look at; what a machine can judge of it is judged.</summary>
[Collection(nameof(BrowserCollection))]
public sealed class LookTests(Chromium chromium) : IAsyncLifetime
{
    private static readonly (string Name, int Width, int Height)[] Screens = [("phone", 390, 844), ("desktop", 1280, 800)];

    public Task InitializeAsync() => chromium.Cluster.ResetAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData(ColorScheme.Light, "en-GB")]
    [InlineData(ColorScheme.Dark, "fr-FR")]
    public async Task Page_OnPhoneAndDesktop_FitsAndCanBeRead(ColorScheme scheme, string locale)
    {
        var people = await chromium.Cluster.SignedInAsync(4, chromium.Cluster.Gateway("b"));
        var (me, friend) = (people[0], people[1]);
        string[] names = ["Clara Lindqvist", "Benoît Marchand", "Dr. Wilhelmina van der Berg-Österreich", "Ziad Haddad"];
        foreach (var (person, name) in people.Zip(names)) Person.Require(await person.PatchAsync("me", new { displayName = name }), 200);
        await me.BefriendAsync(friend);
        Person.Require(await people[2].PostAsync("contacts", new { userId = me.Id, text = "We met at the Lisbon site last week." }), 201);
        Person.Require(await me.PostAsync("contacts", new { userId = people[3].Id }), 201);
        await using var online = await friend.ListenAsync();
        var conversation = await me.ConversationWithAsync(friend);
        string[] lines =
        [
            "Good morning! Is the new office ready?", "Almost. The network people come at ten.", "Then I take the 9:12.\nSee you at the entrance?",
            "Perfect. The plan is at https://intranet.example/plans/lisbon?floor=3", "A long line without any pause: " + new string('w', 120),
            "Une dernière chose : n’oubliez pas le badge, s’il vous plaît.",
        ];
        foreach (var (line, i) in lines.Select((line, i) => (line, i))) Person.Require(await (i % 2 == 0 ? me : friend).SayAsync(conversation, line), 201);

        foreach (var (screen, width, height) in Screens)
        {
            await using var visitor = await chromium.VisitAsync("b", new() { ColorScheme = scheme, Locale = locale, ViewportSize = new() { Width = width, Height = height } });
            await visitor.Page.GetByTestId("sign-in-form").WaitForAsync();
            await chromium.JudgeAsync(visitor, $"sign-in-{screen}-{scheme}");
            await visitor.SignInAsync(me.Name, RunningCluster.Password);
            await visitor.Request(people[2].Name).WaitForAsync();
            await chromium.JudgeAsync(visitor, $"list-{screen}-{scheme}");
            await visitor.OpenAsync(friend.Name);
            await Expect(visitor.Messages).ToHaveCountAsync(lines.Length);
            await chromium.JudgeAsync(visitor, $"conversation-{screen}-{scheme}");
            (await visitor.Page.EvaluateAsync<string>("document.documentElement.lang")).ShouldBe(locale[..2]);
            visitor.Complaints.ShouldBeEmpty();
        }
    }
}
