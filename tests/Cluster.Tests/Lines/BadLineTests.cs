using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using IntraMessenger.Cluster.Tests.Support;
using IntraMessenger.Launcher.Lines;

namespace IntraMessenger.Cluster.Tests.Lines;

[Collection(nameof(FaultCollection))]
public sealed class BadLineTests
{
    [LineFact]
    public async Task Line_ThatIsGivenUp_LeavesNothing()
    {
        string address;
        await using (var line = await BadLine.LayAsync(TimeSpan.FromMilliseconds(5), loss: 0))
        {
            address = line.NearAddress;
            Addresses().ShouldContain(address);
            using var ping = new Ping();
            (await ping.SendPingAsync(line.FarAddress, 5_000)).Status.ShouldBe(IPStatus.Success);
            line.Cut();
            (await ping.SendPingAsync(line.FarAddress, 500)).Status.ShouldNotBe(IPStatus.Success);
            line.Mend();
            (await ping.SendPingAsync(line.FarAddress, 5_000)).Status.ShouldBe(IPStatus.Success);
        }

        Addresses().ShouldNotContain(address);
    }

    [LineFact]
    public async Task SocketInside_IsAtTheFarPlace_AndDoesNotUseTheLine()
    {
        await using var line = await BadLine.LayAsync(TimeSpan.FromMilliseconds(5), loss: 0);
        using var server = line.OpenInside();
        server.Bind(new IPEndPoint(IPAddress.Parse(line.FarAddress), 0));
        server.Listen();
        line.Cut();
        using var client = line.OpenInside();
        await client.ConnectAsync(server.LocalEndPoint!).WaitAsync(TimeSpan.FromSeconds(10));
        using var outside = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await Should.ThrowAsync<TimeoutException>(outside.ConnectAsync(server.LocalEndPoint!).WaitAsync(TimeSpan.FromSeconds(0.5)));
    }

    private static string[] Addresses() =>
        [.. NetworkInterface.GetAllNetworkInterfaces().SelectMany(device => device.GetIPProperties().UnicastAddresses).Select(address => address.Address.ToString())];
}

/// <summary>A fact that needs a bad line, and is skipped, with the reason, where none can be laid.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LineFactAttribute : FactAttribute
{
    public LineFactAttribute() => Skip = BadLine.WhyNot;
}
