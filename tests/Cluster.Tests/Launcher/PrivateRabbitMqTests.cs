using System.Net;
using System.Net.NetworkInformation;
using IntraMessenger.Launcher;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace IntraMessenger.Cluster.Tests.Launcher;

public sealed class PrivateRabbitMqTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("im rabbitmq ");
    private readonly int[] _ports = [FreePort.Next(), FreePort.Next(), FreePort.Next()];
    private readonly PrivateRabbitMq _server;

    public PrivateRabbitMqTests() => _server = new(Path.Combine(_folder.FullName, "the broker"), _ports[0], _ports[1], _ports[2]);

    public Task InitializeAsync() => _server.StartAsync();

    [Fact]
    public async Task Server_StartedByHand_ServesWhoHasThePasswordOnLoopbackOnly_AndEndsWhole()
    {
        await ConnectAsync(_server.Uri);
        foreach (var wrong in new[] { _server.Uri.Replace("intramessenger:", "guest:"), $"amqp://guest:guest@127.0.0.1:{_ports[0]}", _server.Uri.Replace("@", "x@") })
            (await Should.ThrowAsync<BrokerUnreachableException>(() => ConnectAsync(wrong))).InnerException.ShouldBeOfType<AuthenticationFailureException>();

        var listening = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(at => _ports.Contains(at.Port)).ToArray();
        listening.Select(at => at.Port).Distinct().ShouldBe(_ports, ignoreOrder: true);
        listening.ShouldAllBe(at => IPAddress.IsLoopback(at.Address));
        File.GetUnixFileMode(Path.Combine(_server.Folder, "password")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);

        // Killed and started again it is the same one.
        await _server.KillAsync();
        await _server.StartAsync();
        await ConnectAsync(_server.Uri);

        await _server.StopAsync();
        BackgroundProcess.IsAlive(_server.Pid).ShouldBeFalse();
        BackgroundProcess.IsAlive(_server.MapperPid).ShouldBeFalse();
        OfThisFolder().ShouldBeEmpty();
    }

    public async Task DisposeAsync()
    {
        await _server.StopAsync();
        _folder.Delete(recursive: true);
    }

    private static async Task ConnectAsync(string uri)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(uri) }.CreateConnectionAsync();
    }

    private string[] OfThisFolder() =>
        [.. Directory.GetDirectories("/proc").Where(process => int.TryParse(Path.GetFileName(process), out _) && CommandLine(process).Contains(_folder.FullName))];

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (IOException)
        {
            return "";
        }
    }
}
