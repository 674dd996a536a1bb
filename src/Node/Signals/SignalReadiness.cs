using IntraMessenger.Node.Signals.Transports;
using IntraMessenger.Shared.Hosting;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Node.Signals;

/// <summary>Shows which way signals go. A node without signals is slower and still right: it stays ready.</summary>
internal sealed class SignalReadiness(ISignalTransport transport, IOptions<SignalOptions> options) : IReadiness
{
    public string? NotReadyBecause => null;

    public object Facts => new
    {
        signals = new
        {
            transport = transport.Name,
            broker = options.Value.IsRabbitMq ? options.Value.RabbitMq.Broker : null,
            state = transport.Problem is null ? "works" : "away",
            problem = transport.Problem,
        },
    };
}
