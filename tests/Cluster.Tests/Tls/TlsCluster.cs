using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using IntraMessenger.Launcher.Clusters;
using IntraMessenger.Testing;

namespace IntraMessenger.Cluster.Tests.Tls;

/// <summary>A whole cluster of real processes that speak TLS on every port, with one certificate of an authority of their own.</summary>
public sealed class TlsCluster : IAsyncLifetime
{
    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("im-tls-");
    private string _folder = "";

    public TlsCluster()
    {
        Renew();
        var tls = new ClusterTls(Path.Combine(_files.FullName, "server.pem"), Path.Combine(_files.FullName, "server.key"), Authority.WriteRoot(_files.FullName));
        Running = RunningCluster.With(options =>
        {
            _folder = options.Folder;
            return options with { Tls = tls };
        });
        Http = new HttpClient(Authority.Handler()) { Timeout = TimeSpan.FromSeconds(30) };
    }

    public TestAuthority Authority { get; } = new();

    public RunningCluster Running { get; }

    /// <summary>Knows the root and nothing else.</summary>
    public HttpClient Http { get; }

    public async Task InitializeAsync()
    {
        await Running.InitializeAsync();
        await Running.ResetAsync();
    }

    public async Task DisposeAsync()
    {
        Http.Dispose();
        await Running.DisposeAsync();
        _files.Delete(recursive: true);
    }

    /// <summary>Another certificate for all programs.</summary>
    public void Renew() => Authority.Write(_files.FullName, "localhost", "127.0.0.1");

    public async Task<Person> SignedInAsync(string address)
    {
        var person = new Person((await Running.PeopleAsync(1, address))[0].Name, RunningCluster.Password, address, Http);
        Person.Require(await person.SignInAsync(), 201);
        return person;
    }

    /// <summary>Somebody who comes from this address of loopback.</summary>
    public HttpClient From(string address)
    {
        var handler = Authority.Handler();
        handler.ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        };
        return new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(30) };
    }

    /// <summary>Starts a program again as one that never was told anything, with another file of authorities; answers the one it had.</summary>
    public async Task<string> StartAnewAsync(Member member, string trustedCertificates)
    {
        if (member.IsAlive) await member.StopAsync();
        var config = Path.Combine(_folder, "config", member.Name + ".json");
        var file = JsonNode.Parse(await File.ReadAllTextAsync(config))!;
        var before = file["tls"]!["trustedCertificates"]!.GetValue<string>();
        file["tls"]!["trustedCertificates"] = trustedCertificates;
        await File.WriteAllTextAsync(config, file.ToJsonString());
        var data = Path.Combine(_folder, "data", member.Name);
        if (Directory.Exists(data)) Directory.Delete(data, recursive: true);
        member.Start();
        return before;
    }

    /// <summary>A file of authorities that did not sign anything here.</summary>
    public string Strangers()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_files.FullName, "strangers"));
        return new TestAuthority("Somebody Else").WriteRoot(folder.FullName);
    }
}
