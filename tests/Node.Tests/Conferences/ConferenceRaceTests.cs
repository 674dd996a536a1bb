using System.Text.Json;

namespace IntraMessenger.Node.Tests.Conferences;

/// <summary>Everybody at once, on several nodes: what the conversation's row decides.</summary>
public sealed class ConferenceRaceTests(NodeFixture nodes) : IClassFixture<NodeFixture>
{
    private async Task<Person[]> ContactsOfAsync(Person person, int count)
    {
        var contacts = await Task.WhenAll(Enumerable.Range(0, count).Select(i => (i % 2 == 0 ? nodes.A1 : nodes.A2).SignUpAsync("guest")));
        foreach (var contact in contacts) await person.BefriendAsync(contact);
        return contacts;
    }

    [Fact]
    [Trait("effect", "conferences.maxMembers")]
    public async Task Invites_FiftyAtOnceAgainstTheLimit_LetInExactlyAsMany()
    {
        var strict = new[] { await nodes.Cluster.StartNodeAsync("a", ("conferences.maxMembers", 10)), await nodes.Cluster.StartNodeAsync("a", ("conferences.maxMembers", 10)) };
        var alice = await nodes.A1.SignUpAsync("alice");
        var guests = await ContactsOfAsync(alice, 50);
        var id = await alice.MakesAsync();

        var answers = await Task.WhenAll(guests.Select((guest, i) => alice.At(strict[i % 2]).InvitesAsync(id, guest)));
        answers.Count(answer => answer.Status == 200).ShouldBe(9);
        foreach (var refused in answers.Where(answer => answer.Status != 200)) refused.IsProblem(409, "max-members").NamesLimit("conferences.maxMembers", 10);
        (await alice.GetAsync($"/conversations/{id}")).Body.MemberIds().Length.ShouldBe(10);
        (await alice.ReadsAsync(id)).Select(line => (line.Seq(), line.Kind())).ShouldBe(Enumerable.Range(1, 10).Select(seq => ((long)seq, "joined")));
        (await alice.At(strict[0]).CreatesAsync(guests.Take(10))).IsProblem(409, "max-members").NamesLimit("conferences.maxMembers", 10);
        (await alice.At(strict[0]).CreatesAsync(guests.Take(9))).Is(201);
        (await alice.At(strict[0]).InvitesAsync(id, guests)).IsProblem(409, "max-members");
        (await guests[Array.FindIndex(answers, answer => answer.Status == 200)].LeavesAsync(id)).Is(204);
        (await alice.At(strict[1]).InvitesAsync(id, guests[Array.FindIndex(answers, answer => answer.Status == 409)])).Is(200, "a place was free again");
    }

    [Fact]
    public async Task Leaving_WhileEverybodyWrites_LeavesNoGapAndNothingAfterIt()
    {
        var alice = await nodes.A1.SignUpAsync("alice");
        var guests = await ContactsOfAsync(alice, 8);
        var id = await alice.MakesAsync(guests);
        var sent = await Task.WhenAll(guests.Select(async (guest, i) =>
        {
            var writing = Enumerable.Range(0, 3).Select(async lane =>
            {
                var seqs = new List<long>();
                for (var text = 0; text < 15; text++)
                {
                    var answer = await guest.SendAsync(id, $"{lane}/{text}");
                    if (answer.Status == 404) break;
                    seqs.Add(answer.Is(201)["seq"].GetInt64());
                }

                return seqs;
            }).ToArray();
            await Task.Delay(20 * (i + 1));
            (await guest.LeavesAsync(id)).Is(204);
            return (await Task.WhenAll(writing)).SelectMany(seqs => seqs).ToArray();
        }));

        var all = new List<JsonElement>();
        while (await alice.ReadsAsync(id, $"limit=200&after={all.Count}") is { Count: > 0 } part) all.AddRange(part);
        all.Select(line => line.Seq()).ShouldBe(Enumerable.Range(1, all.Count).Select(seq => (long)seq));
        foreach (var (guest, seqs) in guests.Zip(sent))
        {
            var own = all.Where(line => line.From() == guest.Id).ToArray();
            own[^1].Kind().ShouldBe("left", "nobody writes after having left");
            own.Where(line => line.Kind() == "text").Select(line => line.Seq()).ShouldBe(seqs, ignoreOrder: true);
        }
    }

    [Fact]
    public async Task Member_WhoComesAndGoesWhileOthersWrite_GetsOnlyWhatIsTheirs()
    {
        var (alice, bob) = (await nodes.A1.SignUpAsync("alice"), await nodes.A2.SignUpAsync("bob"));
        var carol = await nodes.A2.SignUpAsync("carol"); // bob's node follows the conversation also without him
        await alice.BefriendAsync(bob);
        await alice.BefriendAsync(carol);
        var id = await alice.MakesAsync(carol);
        using var over = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; !over.IsCancellationRequested; i++) (await alice.SendAsync(id, $"{i}")).Is(201);
        });
        var received = new List<JsonElement>();
        var reading = Task.Run(async () =>
        {
            while (received.Count == 0 || received[^1].GetProperty("type").GetString() != "message" || !received[^1].ToString().Contains("the end")) received.AddRange(await bob.PollAsync(wait: 1));
        });
        for (var round = 0; round < 6; round++)
        {
            (await alice.InvitesAsync(id, bob)).Is(200);
            await Task.Delay(60);
            if (round < 5) (await bob.LeavesAsync(id)).Is(204);
            await Task.Delay(40);
        }

        await over.CancelAsync();
        await writing;
        (await alice.SendAsync(id, "the end")).Is(201);
        await reading.WaitAsync(TimeSpan.FromSeconds(20));

        var lines = new List<JsonElement>();
        while (await alice.ReadsAsync(id, $"limit=200&after={lines.Count}") is { Count: > 0 } part) lines.AddRange(part);
        var (theirs, last, inside) = (new HashSet<long>(), 0L, false);
        foreach (var line in lines)
        {
            if (line.From() == bob.Id) inside = line.Kind() == "joined";
            if (line.From() == bob.Id && inside) last = line.Seq();
            if (inside) theirs.Add(line.Seq());
        }

        var got = received.Where(item => item.Is("message") && item.GetProperty("conversationId").GetString() == id).Select(item => item.Seq()).ToArray();
        got.ShouldBe(got.Order().Distinct(), "in order, none twice");
        got.ShouldBeSubsetOf(theirs, "nothing from before a joined or after a left");
        got.Where(seq => seq >= last).ShouldBe(Enumerable.Range((int)last, lines.Count - (int)last + 1).Select(seq => (long)seq), "everything since the last joined");
    }
}
