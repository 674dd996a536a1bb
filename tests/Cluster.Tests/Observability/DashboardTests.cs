using System.Globalization;

namespace IntraMessenger.Cluster.Tests.Observability;

/// <summary>Each query of the dashboard, asked of a Prometheus that scraped a real cluster, answers what the test did.</summary>
public sealed partial class DashboardTests(ObservedCluster observed) : IClassFixture<ObservedCluster>
{
    private static readonly Known Nothing = 0, Anything = new(0, double.MaxValue);

    public static TheoryData<string> QueryNames => [.. Dashboard.Queries.Select(NameOf)];

    [Theory]
    [MemberData(nameof(QueryNames))]
    public async Task Query_OnARunningCluster_AnswersWhatHappened(string name)
    {
        var query = Dashboard.Queries.Single(query => NameOf(query) == name);
        Expectations().TryGetValue(name, out var expectation).ShouldBeTrue($"nothing is expected of {name}: add it here");
        expectation!.Series.Values.ShouldContain(known => known.Least > 0, "a query that answers nothing but zero proves nothing");
        expectation.Judge(query, await observed.Prometheus.AskAsync(query.For(expectation.Moment.Seconds), expectation.Moment.At));
    }

    [Theory]
    [MemberData(nameof(QueryNames))]
    public async Task Query_WithOnlySomeChosen_AnswersOfThoseOnly(string name)
    {
        var query = Dashboard.Queries.Single(query => NameOf(query) == name);
        var moment = Expectations()[name].Moment;
        Task<List<Series>> AskAsync(string policySet, string instance) => observed.Prometheus.AskAsync(query.For(moment.Seconds, policySet, instance), moment.At);
        var everything = await AskAsync(".*", ".*");
        var programs = observed.Local.Members.Select(member => member.Name).ToArray();

        async Task FollowsAsync(string variable, string[] values, Func<string, Task<List<Series>>> chooseAsync)
        {
            if (!query.Expression.Contains($"=~\"${variable}\"")) return;
            Counted(await chooseAsync(string.Join('|', values))).ShouldBe(Counted(everything), $"{query} with each {variable} by its name");
            (await chooseAsync("nobody")).ShouldBeEmpty($"{query} with a {variable} that there is not");
            if (!everything.Any(series => series.Labels.ContainsKey(variable))) return;
            foreach (var value in values)
                Texts(await chooseAsync(value)).ShouldBe(Texts(everything.Where(series => series.Labels.GetValueOrDefault(variable) == value)), $"{query} with {variable} {value}");
        }

        // Control and gateways belong to no policy set: what they have counted nothing of is there only where everything is chosen.
        static string[] Counted(IEnumerable<Series> answer) => Texts(answer.Where(series => series.Value != 0));

        await FollowsAsync("policy_set", ["a", "b"], value => AskAsync(value, ".*"));
        await FollowsAsync("instance", programs, value => AskAsync(".*", value));
    }

    [Fact]
    public void Expectations_AreOfQueriesThatThereAre() => Expectations().Keys.Except(Dashboard.Queries.Select(NameOf)).ShouldBeEmpty();

    [Fact]
    public async Task MessagesAccepted_OverTheTime_AreExactlyThoseThatWereSent()
    {
        foreach (var (set, sent) in new[] { ("a", ObservedCluster.FromAnn), ("b", ObservedCluster.FromCarlToDora + ObservedCluster.FromCarlToEve) })
            (await observed.Prometheus.GrowthAsync($"intramessenger_messages_accepted_total{{policy_set='{set}'}}", observed.Talked)).ShouldBe(sent);
    }

    [Fact]
    public async Task AlertRules_OnARunningCluster_AreLoadedAndCanBeEvaluated()
    {
        var rules = await observed.Prometheus.RulesAsync();
        rules.Count.ShouldBeGreaterThan(10);
        rules.ShouldAllBe(rule => rule.Value == "");
    }

    private static string[] Texts(IEnumerable<Series> answer) =>
        [.. answer.Select(series => string.Create(CultureInfo.InvariantCulture, $"{string.Join(' ', series.Labels)} {series.Value:G9}")).Order(StringComparer.Ordinal)];

    private static string NameOf(DashboardQuery query) => $"{query.Panel}: {query.Legend}";

    private Dictionary<string, Expectation> Expectations()
    {
        var sent = ObservedCluster.FromAnn;
        var sentByCarl = ObservedCluster.FromCarlToDora + ObservedCluster.FromCarlToEve;
        // A histogram answers from the bucket of the true value. What clients measured bounds it, but for a moment that a busy program takes after its answer.
        // Four of 120 sends were held up: they are what p99 is, and no part of p50.
        var usual = new Known(0.0001, UpperBound(2 * observed.Sends[observed.Sends.Length / 2] + 0.05));
        var longest = new Known(observed.Sends[^ObservedCluster.HeldUp] / 2, UpperBound(observed.Sends[^1] + 1));
        var names = observed.Local.Members.Select(member => member.Name).ToArray();

        Expectation Gauge(Moment moment, Known? others, params (string Name, Known Value)[] series) => new(moment, false, series.ToDictionary(item => item.Name, item => item.Value), others);
        Expectation Rate(Moment moment, Known? others, params (string Name, Known Value)[] series) => new(moment, true, series.ToDictionary(item => item.Name, item => item.Value), others);

        return new()
        {
            ["Messages accepted: {{policy_set}}"] = Rate(observed.Talked, null, ("a", Known.Count(sent)), ("b", Known.Count(sentByCarl))),
            // Ann's own client; Ben's, Carl's own, and Dora's, but not Eve's, who is away.
            ["Messages delivered: {{policy_set}}"] = Rate(observed.Talked, null, ("a", Known.Count(sent)), ("b", Known.Count(sent + sentByCarl + ObservedCluster.FromCarlToDora))),
            ["Messages waiting: {{policy_set}}"] = Gauge(observed.Talked, null, ("a", 0), ("b", ObservedCluster.FromCarlToEve)),
            ["Commit time: p50"] = Gauge(observed.Talked, null, ("p50", usual)),
            ["Commit time: p99"] = Gauge(observed.Talked, null, ("p99", longest)),
            ["Delivery time: p50"] = Gauge(observed.Talked, null, ("p50", new(0.00001, 1))),
            ["Delivery time: p99"] = Gauge(observed.Talked, null, ("p99", new(0.00001, 5))),

            // Ann and the two who signed in to warm up; Ben, Carl, Dora and Eve.
            ["People connected: {{policy_set}}"] = Gauge(observed.Talked, null, ("a", 3), ("b", 4)),
            ["People connected: {{policy_set}} limit"] = Gauge(observed.Talked, null, ("a limit", 50), ("b limit", 200)),
            ["Sessions by node: {{instance}}"] = Gauge(observed.Talked, null, (observed.AnnsNode.Name, 1), (observed.OtherNode.Name, 0), ("node-b1", 4)),
            ["Sign-ins: {{http_response_status_code}}"] = Rate(observed.Talked, Nothing, ("401", Known.Count(ObservedCluster.WrongPasswords))),
            ["Password checks waiting: {{instance}}"] = Gauge(observed.Crowded, Nothing, ("node-b1", new(1, 40))),
            ["Refusals: {{code}} {{option}}"] = Rate(observed.Talked, Nothing,
                ("max-contacts contacts.max", Known.Count(ObservedCluster.TooManyContacts)), ("invalid-credentials", Known.Count(ObservedCluster.WrongPasswords))),

            ["Requests by route: {{http_route}}"] = Rate(observed.Talked, Nothing,
                ("/api/v1/conversations/{id}/messages", Known.Count(sent + sentByCarl)), ("/api/v1/contacts", Known.Count(ObservedCluster.TooManyContacts)), ("/api/v1/session", Known.Count(ObservedCluster.WrongPasswords))),
            ["Request time by route: {{http_route}}"] = Gauge(observed.Talked, Anything, ("/api/v1/conversations/{id}/messages", longest)),
            ["Errors: {{job}} {{http_response_status_code}}"] = Rate(observed.Killed, Nothing, ("intramessenger-gateway 503", Known.Count(ObservedCluster.Unanswered))),
            ["Requests at the gateways: {{http_route}}"] = Rate(observed.Talked, Nothing,
                ("/a/{**rest}", Known.Count(sent + ObservedCluster.TooManyContacts)), ("/b/{**rest}", Known.Count(sentByCarl))),
            ["Request time at the gateways: p50"] = Gauge(observed.Talked, null, ("p50", usual)),
            ["Request time at the gateways: p99"] = Gauge(observed.Talked, null, ("p99", longest)),
            // Four streams, at the gateway and at the nodes; three nodes and a gateway wait for news of control. The scrape itself is one of each program.
            ["Requests held: {{job}}"] = Gauge(observed.Talked, null, ("intramessenger-gateway", new(5, 6)), ("intramessenger-node", new(7, 10)), ("intramessenger-control", new(5, 8))),

            ["Nodes by state: {{policy_set}} {{state}}"] = Gauge(observed.Talked, null,
                ("a live", 2), ("b live", 1), ("a draining", 0), ("b draining", 0), ("a down", 0), ("b down", 0)),
            ["Ready: {{instance}}"] = Gauge(observed.Talked, null, [.. names.Select(name => (name, (Known)1))]),
            ["Destinations of the gateways: {{instance}} {{policy_set}}"] = Gauge(observed.Talked, null, ("gateway a", 2), ("gateway b", 1)),
            ["Settings revision: {{policy_set}} {{instance}}"] = Gauge(observed.Talked, null,
                ("a node-a1", observed.RevisionOfA), ("a node-a2", observed.RevisionOfA), ("b node-b1", observed.RevisionOfB)),
            ["Settings age: {{instance}}"] = Gauge(observed.Talked, null, ("node-a1", new(0.1, 600)), ("node-a2", new(0.1, 600)), ("node-b1", new(0.1, 600))),
            ["Settings refused: {{policy_set}}"] = Gauge(observed.Refused, null, ("a", 1), ("b", 0)),

            ["Store connections: {{instance}}"] = Gauge(observed.Held, new(0, 5), (observed.AnnsNode.Name, new(ObservedCluster.Blocked, ObservedCluster.Blocked + 3))),
            ["Store connections: limit"] = Gauge(observed.Held, null, ("limit", 40)),
            ["Store retries: {{reason}}"] = Rate(observed.Repeated, new(0, 3 * ObservedCluster.Blocked), ("connection-lost", Known.Count(ObservedCluster.Blocked))),
            // Ann's messages are told to Ben's node; Carl and those whom he writes to share one. Other changes may come on top.
            ["Signals between nodes: sent"] = Rate(observed.Talked, null, ("sent", Known.Count(sent, more: 20))),
            ["Signals between nodes: received"] = Rate(observed.Talked, null, ("received", Known.Count(sent, more: 20))),
            ["Signals between nodes: late"] = Rate(observed.Swept, null, ("late", Known.Count(ObservedCluster.Late))),
            ["Signals between nodes: lost"] = Rate(observed.Killed, null, ("lost", Known.Count(ObservedCluster.AfterTheKill, more: 4))),
            // Ann's read marks concern her and Ben: each of their nodes finds them all.
            ["Signals between nodes: found by the sweep"] = Rate(observed.Swept, null, ("found by the sweep", Known.Count(2 * ObservedCluster.Journaled, more: 4))),

            ["Processor: {{instance}}"] = Rate(observed.Talked, null, [.. names.Select(name => (name, new Known(observed.Used[name].Processor * 0.8 - 0.1, observed.Used[name].Processor * 1.4 + 0.3)))]),
            ["Memory: {{instance}}"] = Gauge(observed.Talked, null, [.. names.Select(name => (name, new Known(observed.Used[name].Memory * 0.8, observed.Used[name].Memory * 1.2)))]),
        };
    }

    /// <summary>Of the bucket, of any of the histograms, that this falls into.</summary>
    private static double UpperBound(double seconds) => new[] { 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10 }.First(bound => bound >= seconds);
}
