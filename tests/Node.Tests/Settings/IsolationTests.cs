using System.Collections.Concurrent;
using FsCheck;
using FsCheck.Fluent;

namespace IntraMessenger.Node.Tests.Settings;

/// <summary>Load on /b at its limit never takes a place or a contact from /a: random doings of people of both at /b while /a is full, and what /a has and gives meanwhile.</summary>
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
        var atA = await Task.WhenAll(ofA.Take(PlacesOfA).Select(person => person.SignInAsync()));
        // The people of a who are at b too fill it; they come and go there like those of b.
        var here = new ConcurrentStack<Person>(await Task.WhenAll(atA.Take(PlacesOfB).Select(person => person.SignInAsync(at: _b))));
        var why = string.Join(", ", doings);
        Task LoadAsync() => Task.WhenAll(doings.Select((doing, i) => DoAsync(doing, ofA[i % ofA.Length], i % 2 == 0 ? atA[i % atA.Length].At(_b) : ofB[i % ofB.Length], here)));

        var load = LoadAsync();
        do await AreAtAAsync(atA, why);
        while (!load.IsCompleted);
        await load;
        await AreAtAAsync(atA, why);
        (await _a.SignInAsync(ofA[^1].Username)).IsProblem(429, "max-connected-users", because: why);
        (await _cluster.ScalarAsync<int>("SELECT taken FROM place_counters WHERE policy_set_id = 2")).ShouldBeLessThanOrEqualTo(PlacesOfB);

        load = LoadAsync();
        var leaving = doings.Count(doing => doing == Doing.SignOut) % (PlacesOfA + 1);
        foreach (var person in atA.Take(leaving)) (await person.DeleteAsync("/session")).Is(204);
        await AreAtAAsync(atA[leaving..], why);
        var newcomers = await Task.WhenAll(Enumerable.Range(0, PlacesOfA + 1).Select(_ => _a.AddAsync("amy")));
        var admitted = await Task.WhenAll(newcomers.Select(async person => (Person: person, (await _a.SignInAsync(person.Username)).Status)));
        admitted.Count(one => one.Status == 201).ShouldBe(leaving, $"the places that people of a gave up, after {why}");
        await load;
        await AreAtAAsync([.. atA[leaving..], .. admitted.Where(one => one.Status == 201).Select(one => one.Person)], why);

        await _cluster.ExecuteAsync("DELETE FROM sessions; DELETE FROM places; UPDATE place_counters SET taken = 0");
        var ann = await ofA[^1].SignInAsync();
        var strangers = await Task.WhenAll(Enumerable.Range(0, Contacts + 1).Select(_ => _a.AddAsync("other")));
        var asked = new List<int>();
        foreach (var stranger in strangers) asked.Add((await ann.AsksAsync(stranger)).Status);
        asked.ShouldBe([201, 201, 409], $"what others asked of her fills no list of hers, after {string.Join(", ", doings)}");
    }

    /// <summary>These have the places of a, nobody else, and its counter says so.</summary>
    private async Task AreAtAAsync(IReadOnlyCollection<Person> people, string why) => (await _cluster.ScalarAsync<string>("""
        SELECT CONCAT(c.taken, ': ', COALESCE((SELECT GROUP_CONCAT(account_id ORDER BY account_id) FROM places WHERE policy_set_id = 1), ''))
        FROM place_counters c WHERE c.policy_set_id = 1
        """)).ShouldBe($"{people.Count}: {string.Join(',', people.Select(person => long.Parse(person.Id)).Order())}", why);

    /// <param name="comes">Who signs in to b.</param>
    private async Task DoAsync(Doing doing, Person ofA, Person comes, ConcurrentStack<Person> here)
    {
        if (doing == Doing.SignUp)
        {
            (await _b.SendAsync(HttpMethod.Post, "/accounts", new { username = _cluster.Unused("new"), password = "long enough" }, null)).Status.ShouldBeOneOf(201, 403);
            return;
        }

        Person? person = null;
        if (doing == Doing.SignOut) here.TryPop(out person);
        else if (doing != Doing.SignIn) here.TryPeek(out person);
        if (person is null)
        {
            var answer = await _b.SignInAsync(comes.Username);
            answer.Status.ShouldBeOneOf(201, 429);
            if (answer.Status != 201) return;
            person = comes.With(answer["token"].GetString()!);
            here.Push(person);
        }

        _ = doing switch
        {
            Doing.SignOut => await person.DeleteAsync("/session"),
            Doing.AskSomebodyOfA => await person.AsksAsync(ofA),
            Doing.AskSomebodyOfB => await person.AsksAsync(comes),
            Doing.Remove => await person.DeleteAsync($"/contacts/{ofA.Id}"),
            Doing.Write => await person.PutAsync($"/conversations/direct/{ofA.Id}"),
            _ => null,
        };
    }
}
