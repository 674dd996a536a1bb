namespace IntraMessenger.Node.Tests.Presence;

public sealed class PresenceOptionTests(NodeFixture nodes) : IClassFixture<NodeFixture>
{
    [Fact]
    [Trait("effect", "presence.allowHidden")]
    public async Task Hidden_WhereNotAllowed_IsRefusedAndWhoHidesStaysHidden()
    {
        var (alice, bob) = (await nodes.A1.SignUpAsync("alice"), await nodes.A2.SignUpAsync("bob"));
        await alice.BefriendAsync(bob);
        (await alice.PutAsync("/me/status", new { status = "hidden" })).Is(200);
        var ruled = alice.At(await nodes.Cluster.StartNodeAsync("a", ("presence.allowHidden", false)));
        (await ruled.GetAsync("/session")).Is(200)["status"].GetProperty("status").GetString().ShouldBe("hidden");
        (await bob.StatusOfAsync(alice)).ShouldBe("offline");
        (await ruled.PutAsync("/me/status", new { status = "hidden" })).IsProblem(403, "not-allowed")["option"].GetString().ShouldBe("presence.allowHidden");
        (await ruled.PutAsync("/me/status", new { status = "busy" })).Is(200);
        (await bob.StatusOfAsync(alice)).ShouldBe("busy");
    }

    [Theory]
    [InlineData("presence.onlineReasons", "online")]
    [InlineData("presence.awayReasons", "away")]
    [InlineData("presence.busyReasons", "busy")]
    [InlineData("presence.doNotDisturbReasons", "doNotDisturb")]
    [Trait("effect", "presence.onlineReasons")]
    [Trait("effect", "presence.awayReasons")]
    [Trait("effect", "presence.busyReasons")]
    [Trait("effect", "presence.doNotDisturbReasons")]
    public async Task Reason_WhereThePolicyHasAList_MustBeInIt(string option, string status)
    {
        var node = await nodes.Cluster.StartNodeAsync("a", (option, new[] { "Lunch", "On the road" }));
        var alice = await node.SignUpAsync("alice");
        (await alice.PutAsync("/me/status", new { status, reason = "On the road" })).Is(200);
        var refused = (await alice.PutAsync("/me/status", new { status, reason = "lunch" })).IsProblem(422, "invalid", "reason");
        refused["errors"].GetProperty("reason")[0].GetString().ShouldBe("must be one of: Lunch; On the road.");
        (await alice.PutAsync("/me/status", new { status })).Is(200, "without one");
        (await alice.PutAsync("/me/status", new { status, reason = "" })).Is(200, "with an empty one");
        foreach (var other in new[] { "online", "away", "busy", "doNotDisturb" }.Where(other => other != status))
            (await alice.PutAsync("/me/status", new { status = other, reason = "anything" })).Is(200, other);
    }
}
