namespace IntraMessenger.Node.Tests.Presence;

public sealed class PresenceTests(NodeFixture nodes) : IClassFixture<NodeFixture>
{
    private TestNode Node => nodes.A1;

    private async Task<(Person, Person)> TwoAsync()
    {
        var (alice, bob) = (await Node.SignUpAsync("alice"), await nodes.A2.SignUpAsync("bob"));
        await alice.BefriendAsync(bob);
        return (alice, bob);
    }

    [Theory]
    [InlineData("online", "away", "online")]
    [InlineData("away", "online", "online")]
    [InlineData("away", "away", "away")]
    [InlineData("busy", "away", "busy")]
    [InlineData("online", "busy", "online")]
    [InlineData("doNotDisturb", "online", "doNotDisturb")]
    [InlineData("online", "doNotDisturb", "doNotDisturb")]
    [InlineData("hidden", "online", "offline")]
    [InlineData("online", "hidden", "offline")]
    [InlineData("hidden", "doNotDisturb", "offline")]
    public async Task Status_OfTwoSessions_IsMerged(string first, string second, string seen)
    {
        var (alice, bob) = await TwoAsync();
        var other = await alice.SignInAsync(at: nodes.B1);
        (await alice.PutAsync("/me/status", new { status = first })).Is(200)["status"].GetString().ShouldBe(first);
        (await other.PutAsync("/me/status", new { status = second })).Is(200);
        (await bob.StatusOfAsync(alice)).ShouldBe(seen);
        (await other.DeleteAsync("/session")).Is(204);
        (await bob.StatusOfAsync(alice)).ShouldBe(first == "hidden" ? "offline" : first);
    }

    [Fact]
    public async Task Status_WithBadInput_NamesTheField()
    {
        var alice = await Node.SignUpAsync("alice");
        foreach (var status in new[] { "", "offline", "Online", "sleeping", "0" })
            (await alice.PutAsync("/me/status", new { status })).IsProblem(422, "invalid", "status", status);
        (await alice.PutAsync("/me/status", new { status = "away", reason = new string('x', 101) })).IsProblem(422, "invalid", "reason");
        (await alice.PutAsync("/me/status", new { status = "away", reason = "a\nb" })).IsProblem(422, "invalid", "reason");
    }

    [Fact]
    public async Task Presence_WhenChanged_IsToldToAcceptedContactsOnly()
    {
        var (alice, bob) = await TwoAsync();
        var (asker, stranger) = (await Node.SignUpAsync("asker"), await Node.SignUpAsync("stranger"));
        (await asker.AsksAsync(alice)).Is(201);
        await bob.PollAsync();
        (await alice.PutAsync("/me/status", new { status = "busy", reason = "Meeting" })).Is(200);
        var told = await bob.NextEventAsync("presence", e => e.GetProperty("items")[0].GetProperty("status").GetString() == "busy");
        told.GetProperty("items")[0].GetProperty("userId").GetString().ShouldBe(alice.Id);
        told.GetProperty("items")[0].GetProperty("reason").GetString().ShouldBe("Meeting");

        // What comes last for each of them: a request of somebody else.
        foreach (var watcher in new[] { asker, stranger })
        {
            var last = await Node.SignUpAsync("last");
            (await last.AsksAsync(watcher)).Is(201);
            var events = await watcher.EventsUntilAsync(e => e.GetRawText().Contains($"\"{last.Id}\""));
            events.Where(e => e.GetProperty("type").GetString() == "presence").ShouldNotContain(e => e.GetRawText().Contains($"\"{alice.Id}\""));
        }
    }

    [Fact]
    public async Task Presence_OfSomebodyHidden_IsOfflineToOthers()
    {
        var (alice, bob) = await TwoAsync();
        await bob.PollAsync();
        (await alice.PutAsync("/me/status", new { status = "hidden", reason = "shh" })).Is(200);
        var told = (await bob.NextEventAsync("presence", e => e.GetProperty("items")[0].GetProperty("status").GetString() == "offline")).GetProperty("items")[0];
        told.GetProperty("userId").GetString().ShouldBe(alice.Id);
        told.TryGetProperty("reason", out _).ShouldBeFalse();
        (await bob.GetAsync("/directory")).Items.Single().GetProperty("status").GetString().ShouldBe("offline");
        var again = await bob.SignInAsync();
        (await again.PollAsync()).ShouldNotContain(e => e.GetProperty("type").GetString() == "presence", "who is offline does not come first");
    }

    [Fact]
    public async Task Presence_OfSomebodyWhoHidesFromMe_IsNotToldToMe()
    {
        var (alice, bob) = await TwoAsync();
        var carol = await nodes.A2.SignUpAsync("carol");
        await alice.BefriendAsync(carol);
        (await alice.PatchAsync($"/contacts/{bob.Id}", new { hiddenFrom = true })).Is(200);
        await bob.PollAsync();
        (await alice.PutAsync("/me/status", new { status = "busy" })).Is(200);
        await carol.NextEventAsync("presence", e => e.GetRawText().Contains("busy"));
        var last = await nodes.A2.SignUpAsync("last");
        (await last.AsksAsync(bob)).Is(201);
        (await bob.EventsUntilAsync(e => e.GetRawText().Contains($"\"{last.Id}\""))).ShouldNotContain(e => e.GetRawText().Contains("busy"));
        (await (await bob.SignInAsync()).PollAsync()).ShouldNotContain(e => e.GetProperty("type").GetString() == "presence", "nobody else is there");
    }

    [Fact]
    public async Task Presence_AfterSignOutOfTheLastSession_IsOffline()
    {
        var (alice, bob) = await TwoAsync();
        await bob.PollAsync();
        (await alice.DeleteAsync("/session")).Is(204);
        (await bob.NextEventAsync("presence", e => e.GetProperty("items")[0].GetProperty("status").GetString() == "offline")).ShouldNotBe(default);
        (await bob.StatusOfAsync(alice)).ShouldBe("offline");
    }

    [Fact]
    public async Task Presence_OfWhoBecomesAContact_IsInTheContact()
    {
        var (alice, bob) = (await Node.SignUpAsync("alice"), await nodes.A2.SignUpAsync("bob"));
        await bob.PutAsync("/me/status", new { status = "away" });
        (await alice.AsksAsync(bob)).Is(201);
        (await bob.PostAsync($"/contacts/{alice.Id}/accept")).Is(200)["status"].GetString().ShouldBe("online");
        var accepted = await alice.NextEventAsync("contact", e => e.GetProperty("contact").GetProperty("state").GetString() == "accepted");
        accepted.GetProperty("contact").GetProperty("status").GetString().ShouldBe("away");
    }
}
