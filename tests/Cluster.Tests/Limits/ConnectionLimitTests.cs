using IntraMessenger.Cluster.Tests.Support;
using IntraMessenger.Testing;

namespace IntraMessenger.Cluster.Tests.Limits;

[Collection(nameof(RunningCollection))]
public sealed class ConnectionLimitTests(RunningCluster cluster) : IAsyncLifetime
{
    public Task InitializeAsync() => cluster.ResetAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task SignIn_AsTheFiftyFirst_IsRefusedUnderAAndAdmittedUnderB()
    {
        await cluster.SignedInAsync(50, cluster.Gateway("a"));
        var late = (await cluster.PeopleAsync(1, cluster.Gateway("a")))[0];

        var refused = await late.SignInAsync();
        refused.Status.ShouldBe(429, refused.ToString());
        refused.Code.ShouldBe("max-connected-users");
        refused.Body.GetProperty("limit").GetProperty("option").GetString().ShouldBe("sessions.maxConnectedUsers");
        refused.Body.GetProperty("limit").GetProperty("value").GetInt32().ShouldBe(50);
        refused.RetryAfter.ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.Zero);

        (await late.Elsewhere(cluster.Gateway("b")).SignInAsync()).Status.ShouldBe(201);
    }

    [Fact]
    public async Task SignIn_OfAThousandAtOnceOnTwoNodes_AdmitsExactlyFifty()
    {
        var people = await cluster.PeopleAsync(1_000, RunningCluster.At(cluster.A1), RunningCluster.At(cluster.A2));

        var replies = await Task.WhenAll(people.Select(person => person.SignInAsync()));

        replies.GroupBy(reply => reply.Status).ToDictionary(group => group.Key, group => group.Count())
            .ShouldBe(new Dictionary<int, int> { [201] = 50, [429] = 950 }, ignoreOrder: true);
        replies.Where(reply => reply.Status == 429).ShouldAllBe(reply => reply.Code == "max-connected-users" && reply.RetryAfter != null);
        (await cluster.PlacesAsync("a")).ShouldBe(50);
    }

    [Fact]
    public async Task SignIn_ToAFullSet_DoesNotTellWhoIsInside()
    {
        var inside = await cluster.SignedInAsync(50, RunningCluster.At(cluster.A1), RunningCluster.At(cluster.A2));
        var outside = (await cluster.PeopleAsync(1, RunningCluster.At(cluster.A2)))[0];

        (await inside[0].Elsewhere(RunningCluster.At(cluster.A2)).SignInAsync()).Status.ShouldBe(201, "who holds a place gets in, on any node");
        (await outside.SignInAsync()).Status.ShouldBe(429, "a right password");
        (await new Person(inside[1].Name, "a wrong password", inside[1].Address).SignInAsync()).Code.ShouldBe("invalid-credentials");
        (await new Person(outside.Name, "a wrong password", outside.Address).SignInAsync()).Code.ShouldBe("invalid-credentials");
    }

    [Fact]
    public async Task Place_AfterSigningOut_IsFreeAtOnce()
    {
        var inside = await cluster.SignedInAsync(50, RunningCluster.At(cluster.A1));
        var next = (await cluster.PeopleAsync(1, RunningCluster.At(cluster.A2)))[0];
        (await inside[7].SignOutAsync()).Status.ShouldBe(204);
        (await next.SignInAsync()).Status.ShouldBe(201);
    }
}
