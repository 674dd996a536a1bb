namespace IntraMessenger.Node.Tests.Profile;

public sealed class ProfileOptionTests(NodeFixture nodes) : IClassFixture<NodeFixture>
{
    [Fact]
    [Trait("effect", "profile.allowChange")]
    public async Task Profile_WhereItMayNotBeChanged_StaysAsItIs()
    {
        var alice = await (await nodes.Cluster.StartNodeAsync("a", ("profile.allowChange", false))).SignUpAsync("alice");
        (await alice.PatchAsync("/me", new { displayName = "The Boss" })).IsProblem(403, "not-allowed")["option"].GetString().ShouldBe("profile.allowChange");
        (await alice.GetAsync("/me")).Is(200)["displayName"].GetString().ShouldBe(alice.Username);
        var free = alice.At(await nodes.Cluster.StartNodeAsync("a"));
        (await free.PatchAsync("/me", new { displayName = "Alice" })).Is(200)["displayName"].GetString().ShouldBe("Alice");
    }
}
