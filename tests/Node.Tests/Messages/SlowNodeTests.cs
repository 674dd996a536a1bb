using System.Data.Common;
using System.Diagnostics;
using System.Net;
using IntraMessenger.Launcher;
using IntraMessenger.Launcher.Lines;

namespace IntraMessenger.Node.Tests.Messages;

/// <summary>What a node that is far away, or stands still, keeps from those who write in the same conversation through other nodes.</summary>
public sealed class SlowNodeTests : IAsyncLifetime
{
    private static readonly TimeSpan AnswerDelay = TimeSpan.FromSeconds(1);

    private TestCluster _cluster = null!;
    private TcpForward _way = null!;
    private TestNode _slow = null!;
    private Person _alice = null!;
    private Person _bob = null!;
    private string _id = "";

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync();
        var store = new DbConnectionStringBuilder { ConnectionString = _cluster.Database };
        _way = new TcpForward(new IPEndPoint(IPAddress.Loopback, FreePort.Next()), int.Parse((string)store["Port"]));
        store["Port"] = _way.Port;
        _slow = await _cluster.StartNodeAsync(new NodeSetup("a") { Store = store.ConnectionString });
        (_alice, _bob) = (await _slow.SignUpAsync("alice"), await _slow.SignUpAsync("bob"));
        await _alice.BefriendAsync(_bob);
        _id = await _alice.OpenAsync(_bob);
        (await _alice.SendAsync(_id, "hello")).Is(201);
    }

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _way.DisposeAsync();
    }

    [Fact]
    public async Task ReadMark_IsWrittenInOneRoundTrip()
    {
        (await LongestWaitAsync(_bob.PostAsync($"/conversations/{_id}/read", new { seq = 1 }), 204)).ShouldBeLessThan(0.9 * AnswerDelay);
        (await _bob.GetAsync($"/conversations/{_id}"))["readSeq"].GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task Contact_ThatIsChanged_LocksTheConversationWithTheCommitOnly() =>
        (await LongestWaitAsync(_bob.PatchAsync($"/contacts/{_alice.Id}", new { hiddenFrom = false }), 200)).ShouldBeLessThan(0.9 * AnswerDelay);

    [Fact]
    public async Task Lease_IsRenewedInOneRoundTrip() =>
        (await LongestWaitAsync(Task.Delay(TimeSpan.FromSeconds(8)), "SELECT * FROM lease_clock FOR UPDATE")).ShouldBeLessThan(0.9 * AnswerDelay);

    [Fact]
    public async Task Poll_WhileTheStoreDoesNotAnswer_IsAnsweredInItsTime()
    {
        while ((await _alice.PollAsync(wait: 1)).Count > 0) ;
        var (asked, poll) = (Stopwatch.GetTimestamp(), _alice.PollAsync(wait: 4));
        await Task.Delay(500);
        _way.AnswerDelay = () => TimeSpan.FromSeconds(25);
        (await poll).ShouldBeEmpty();
        Stopwatch.GetElapsedTime(asked).ShouldBeLessThan(TimeSpan.FromSeconds(9));
        _way.AnswerDelay = null;
    }

    [Fact]
    public async Task EventRequest_ThatItsClientGaveUp_TakesTheSessionFromNobody()
    {
        var there = _alice.At(await _cluster.StartNodeAsync("a"));
        _way.AnswerDelay = () => AnswerDelay;
        using var patience = new CancellationTokenSource(AnswerDelay / 2);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/a/api/v1/events?wait=25") { Headers = { Authorization = new("Bearer", _alice.Token) } };
        await Should.ThrowAsync<OperationCanceledException>(_slow.Http.SendAsync(request, patience.Token));

        for (var i = 0; i < 8; i++) (await there.PollAsync(wait: 1)).Select(e => e.GetProperty("type").GetString()).ShouldNotContain("replaced");
    }

    /// <summary>The longest that somebody has to wait for the rows that a send locks, while the store's answers come late to a node that does something.</summary>
    private async Task<TimeSpan> LongestWaitAsync(Task<Reply> request, int status)
    {
        var longest = await LongestWaitAsync(request, "SELECT COUNT(*) FROM conversations c JOIN conversation_members m ON m.conversation_id = c.id WHERE c.id = @_id FOR UPDATE");
        (await request).Is(status);
        return longest;
    }

    private async Task<TimeSpan> LongestWaitAsync(Task meanwhile, string rows)
    {
        _way.AnswerDelay = () => AnswerDelay;
        var longest = TimeSpan.Zero;
        while (!meanwhile.IsCompleted)
        {
            var asked = Stopwatch.GetTimestamp();
            await _cluster.ExecuteAsync(rows, new { _id });
            var waited = Stopwatch.GetElapsedTime(asked);
            if (waited > longest) longest = waited;
            await Task.Delay(5);
        }

        _way.AnswerDelay = null;
        return longest;
    }
}
