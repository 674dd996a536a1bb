using IntraMessenger.Cluster.Tests.Telemetry;
using IntraMessenger.Launcher;
using IntraMessenger.Launcher.Clusters;
using IntraMessenger.Testing;

namespace IntraMessenger.Cluster.Tests.Signals;

/// <summary>A cluster whose signals go through a RabbitMQ of its own.</summary>
public sealed class RabbitMqCluster : IAsyncLifetime
{
    public RunningCluster Cluster { get; private set; } = null!;

    internal OtlpReceiver Receiver { get; private set; } = null!;

    public PrivateRabbitMq Broker => Cluster.Local.Broker!;

    public async Task InitializeAsync()
    {
        Receiver = await OtlpReceiver.StartAsync();
        var told = new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Receiver.Address, ["OTEL_BSP_SCHEDULE_DELAY"] = "200" };
        Cluster = RunningCluster.With(options => options with { Signals = SignalWay.RabbitMq, Environment = told });
        await Cluster.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await Cluster.DisposeAsync();
        await Receiver.DisposeAsync();
    }
}
