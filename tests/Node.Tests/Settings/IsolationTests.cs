using FsCheck;
using FsCheck.Fluent;

namespace IntraMessenger.Node.Tests.Settings;

/// <summary>Load on /b at its limit never takes a place or a contact from /a: random doings of people of /b, then what /a still gives.</summary>
public sealed class IsolationTests : IAsyncLifetime
{
    private const int Sequences = 25;
    private const int PlacesOfA = 3;
    private const int PlacesOfB = 2;
    private const int Contacts = 2;

    private TestCluster _cluster = null!;
    private TestNode _a = null!, _b = null!;

    private enum Doing
    {
        SignIn,
        SignUp,
        SignOut,
        AskSomebodyOfA,
        AskSomebodyOfB,
        Remove,
        Write,
    }

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync();
        _a = await _cluster.StartNodeAsync("a", ("sessions.maxConnectedUsers", PlacesOfA), ("contacts.max", Contacts));
        _b = await _cluster.StartNodeAsync("b", ("sessions.maxConnectedUsers", PlacesOfB), ("contacts.max", Contacts));
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public void LoadOnB_WhateverItIs_LeavesAAllThatIsItsOwn() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(Sequences),
        Prop.ForAll(Arb.From(Gen.Choose(0, 6).Select(doing => (Doing)doing).ArrayOf(15)), doings => JudgeAsync(doings).GetAwaiter().GetResult()));

    private async Task JudgeAsync(Doing[] doings)
    {
        await _cluster.ExecuteAsync("DELETE FROM sessions; DELETE FROM places; UPDATE place_counters SET taken = 0; DELETE FROM contacts");
        var ofA = await Task.WhenAll(Enumerable.Range(0, PlacesOfA + 1).Select(_ => _a.AddAsync("ann")));
        var ofB = await Task.WhenAll(Enumerable.Range(0, PlacesOfB + 2).Select(_ => _b.AddAsync("ben")));
        var here = new List<Person>();
        // Everything at once, twice over: the limits of b are reached on the way.
        await Task.WhenAll(doings.Concat(doings).Select((doing, i) => DoAsync(doing, ofA[i % ofA.Length], ofB[i % ofB.Length], here)));

        (await _cluster.ScalarAsync<int>("SELECT taken FROM place_counters WHERE policy_set_id = 1")).ShouldBe(0);
        (await _cluster.ScalarAsync<int>("SELECT taken FROM place_counters WHERE policy_set_id = 2")).ShouldBeLessThanOrEqualTo(PlacesOfB);
        var admitted = await Task.WhenAll(ofA.Select(async person => (await _a.SignInAsync(person.Username)).Status));
        admitted.Count(status => status == 201).ShouldBe(PlacesOfA, string.Join(", ", doings));

        await _cluster.ExecuteAsync("DELETE FROM sessions; DELETE FROM places; UPDATE place_counters SET taken = 0");
        var ann = await ofA[0].SignInAsync();
        var strangers = await Task.WhenAll(Enumerable.Range(0, Contacts + 1).Select(_ => _a.AddAsync("other")));
        var asked = new List<int>();
        foreach (var stranger in strangers) asked.Add((await ann.AsksAsync(stranger)).Status);
        asked.ShouldBe([201, 201, 409], $"what others asked of her fills no list of hers, after {string.Join(", ", doings)}");
    }

    private async Task DoAsync(Doing doing, Person ofA, Person ofB, List<Person> here)
    {
        if (doing == Doing.SignUp)
        {
            (await _b.SendAsync(HttpMethod.Post, "/accounts", new { username = _cluster.Unused("new"), password = "long enough" }, null)).Status.ShouldBeOneOf(201, 403);
            return;
        }

        Person? person = null;
        if (doing != Doing.SignIn)
        {
            lock (here) person = here.LastOrDefault();
        }

        if (person is null)
        {
            var answer = await _b.SignInAsync(ofB.Username);
            answer.Status.ShouldBeOneOf(201, 429);
            if (answer.Status != 201) return;
            person = ofB.With(answer["token"].GetString()!);
            lock (here) here.Add(person);
        }

        _ = doing switch
        {
            Doing.SignOut => await person.DeleteAsync("/session"),
            Doing.AskSomebodyOfA => await person.AsksAsync(ofA),
            Doing.AskSomebodyOfB => await person.AsksAsync(ofB),
            Doing.Remove => await person.DeleteAsync($"/contacts/{ofA.Id}"),
            Doing.Write => await person.PutAsync($"/conversations/direct/{ofA.Id}"),
            _ => null,
        };
    }
}
