using IntraMessenger.Cluster.Tests.Support;
using IntraMessenger.Testing;

namespace IntraMessenger.Cluster.Tests.Telemetry;

/// <summary>A whole cluster whose programs tell a receiver of this test everything.</summary>
public sealed class ObservedCluster : IAsyncLifetime
{
    internal OtlpReceiver Receiver { get; private set; } = null!;

    internal RunningCluster Cluster { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Receiver = await OtlpReceiver.StartAsync();
        Cluster = RunningCluster.With(new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Receiver.Address,
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
            ["OTEL_BLRP_SCHEDULE_DELAY"] = "200",
        });
        await Cluster.InitializeAsync();
        await Cluster.ResetAsync(); // until then nodes may not know each other yet
    }

    public async Task DisposeAsync()
    {
        await Cluster.DisposeAsync();
        await Receiver.DisposeAsync();
    }

    /// <summary>Somebody new, signed up and in as a client would.</summary>
    internal static async Task<Person> SignUpAsync(string address, string name, string displayName)
    {
        var person = new Person(name, $"paper boat {name}", address);
        Person.Require(await person.PostAsync("accounts", new { username = name, password = $"paper boat {name}", displayName }), 201);
        Person.Require(await person.SignInAsync(), 201);
        return person;
    }

    /// <summary>The value in <c>/metrics</c>, over all nodes.</summary>
    internal async Task<double> ScrapedAsync(string metric)
    {
        var scrapes = await Task.WhenAll(new[] { Cluster.A1, Cluster.A2, Cluster.B1 }.Select(node => Scrape.OfAsync(node.Management)));
        return scrapes.Sum(scrape => scrape.Sum(metric));
    }
}
