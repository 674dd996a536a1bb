using System.Collections.Concurrent;
using System.Net;
using IntraMessenger.Shared.Cluster;

namespace IntraMessenger.Shared.Tests.Cluster;

/// <summary>Which of two controls is asked, and for how long.</summary>
public sealed class ControlClientTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Control_ThatHangs_IsLeftForTheOther_AndNotAskedAgain()
    {
        var controls = new Controls(_ => Never(), _ => Empty());
        await controls.AskAsync();
        await controls.AskAsync();
        controls.Asked.ShouldBe(["first", "other", "other"]);
    }

    [Fact]
    public async Task Wait_AtAControlThatAnotherCallFindsStandingStill_GoesOnAtTheOther()
    {
        var controls = new Controls(_ => Never(), request => request.Method == HttpMethod.Get ? Document() : Empty());
        var waiting = controls.Client.FetchAsync("/settings", null, 1_000, CancellationToken.None);
        await controls.AskAsync();
        (await waiting.WaitAsync(Soon)).ShouldNotBeNull().ETag.ShouldBe("\"1\"");
    }

    [Fact]
    public async Task Wait_AtAControlThatCannotDoSomethingElse_GoesOnThere()
    {
        var news = new TaskCompletionSource<HttpResponseMessage>();
        var controls = new Controls(request => request.Method == HttpMethod.Get ? news.Task : Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable)), _ => Empty());
        var waiting = controls.Client.FetchAsync("/settings", null, 1_000, CancellationToken.None);
        await controls.AskAsync();
        news.SetResult(await Document());
        (await waiting.WaitAsync(Soon)).ShouldNotBeNull().ETag.ShouldBe("\"1\"");
        controls.Asked.ShouldBe(["first", "first", "other"]);
    }

    [Fact]
    public async Task Wait_WhileNoControlTakesAnythingElse_GoesOn()
    {
        var news = new TaskCompletionSource<HttpResponseMessage>();
        Task<HttpResponseMessage> Answer(HttpRequestMessage request) => request.Method == HttpMethod.Get ? news.Task : Never();
        var controls = new Controls(Answer, Answer);
        var waiting = controls.Client.FetchAsync("/settings", null, 1_000, CancellationToken.None);
        (await Should.ThrowAsync<HttpRequestException>(controls.AskAsync())).Message.ShouldContain("in time");
        news.SetResult(await Document());
        (await waiting.WaitAsync(Soon)).ShouldNotBeNull();
        controls.Asked.ShouldBe(["first", "first", "other"]);
    }

    [Fact]
    public async Task Calls_ThatFailTogether_LeaveTheirControlOnce()
    {
        var both = new TaskCompletionSource();
        var arrived = 0;
        var controls = new Controls(async _ =>
        {
            if (Interlocked.Increment(ref arrived) == 2) both.SetResult();
            await both.Task;
            throw new HttpRequestException("It is gone.");
        }, _ => Empty());
        await Task.WhenAll(controls.AskAsync(), controls.AskAsync());
        controls.Asked.ShouldBe(["first", "first", "other", "other"]);
    }

    [Fact]
    public async Task Call_ThatIsGivenUp_LeavesNobody()
    {
        var controls = new Controls(request => request.Method == HttpMethod.Get ? Never() : Empty(), _ => Empty());
        using var givenUp = new CancellationTokenSource();
        var waiting = controls.Client.FetchAsync("/settings", null, 1_000, givenUp.Token);
        await givenUp.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(waiting.WaitAsync(Soon));
        await controls.AskAsync();
        controls.Asked.ShouldBe(["first", "first"]);
    }

    private static Task<HttpResponseMessage> Empty() => Task.FromResult(new HttpResponseMessage(HttpStatusCode.NoContent));

    private static Task<HttpResponseMessage> Document() => Task.FromResult(new HttpResponseMessage { Content = new StringContent("{}"), Headers = { ETag = new("\"1\"") } });

    private static Task<HttpResponseMessage> Never() => new TaskCompletionSource<HttpResponseMessage>().Task;

    /// <summary>What the two answer; that the caller gives up ends every call.</summary>
    private sealed class Controls : HttpMessageHandler
    {
        private readonly Dictionary<string, Func<HttpRequestMessage, Task<HttpResponseMessage>>> _answers;

        public Controls(Func<HttpRequestMessage, Task<HttpResponseMessage>> first, Func<HttpRequestMessage, Task<HttpResponseMessage>> other)
        {
            _answers = new() { ["first"] = first, ["other"] = other };
            var options = new ControlOptions { Addresses = [new("http://first"), new("http://other")], Key = "key" };
            Client = new ControlClient(new HttpClient(new ControlHandler(Microsoft.Extensions.Options.Options.Create(options)) { InnerHandler = this }) { BaseAddress = new Uri("http://control"), Timeout = Timeout.InfiniteTimeSpan });
        }

        public ControlClient Client { get; }

        public ConcurrentQueue<string> Asked { get; } = [];

        public Task AskAsync() => Client.AskAsync<object, object>("/heartbeat", new { }, CancellationToken.None).WaitAsync(Soon);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Enqueue(request.RequestUri!.Host);
            return _answers[request.RequestUri.Host](request).WaitAsync(cancellationToken);
        }
    }
}
