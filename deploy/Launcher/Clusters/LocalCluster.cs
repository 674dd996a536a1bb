using System.Net;

namespace IntraMessenger.Launcher.Clusters;

/// <summary>
/// Responsible for a whole cluster of real processes on this machine: store, control, gateway and nodes, all below one folder.
/// Used by <c>./dev up</c> and by the tests.
/// </summary>
public sealed class LocalCluster : IAsyncDisposable
{
    public const string AdminName = "admin";

    private const string Database = "intramessenger";

    private readonly ClusterOptions _options;
    private readonly ClusterFolder _folder;
    private readonly Programs _programs;
    private readonly bool _wasRunning;
    private readonly KeptValues<int> _ports;
    private readonly KeptValues<string> _secrets;
    private readonly CancellationTokenSource _over = new();
    private Task _keeping = Task.CompletedTask;

    public LocalCluster(ClusterOptions options)
    {
        _options = options;
        _folder = new ClusterFolder(options.Folder);
        OwnerOnly.MakeFolder(_folder.Root);
        _wasRunning = ClusterProcesses.Of(_folder).Count > 0;
        _programs = new Programs(_folder.Programs);
        _ports = new KeptValues<int>(_folder.Ports);
        _secrets = new KeptValues<string>(_folder.Secrets);

        Galera = options.Galera ? new PrivateGalera(_folder.MariaDb, [.. Enumerable.Range(1, 3).Select(n => new GaleraPorts(Port($"store{n}"), Port($"store{n}/group"), Port($"store{n}/transfer")))]) : null;
        Disk = options.DiskMegabytes is { } size ? new SmallDisk(Path.Combine(_folder.MariaDb, "disk"), size) : null;
        Store = options.Store is null && Galera is null ? new PrivateMariaDb(_folder.MariaDb, Port("store")) { Disk = Disk } : null;
        Broker = options.Signals == SignalWay.RabbitMq ? new PrivateRabbitMq(_folder.RabbitMq, Port("broker"), Port("broker/distribution"), Port("broker/epmd")) : null;
        Console = $"{Scheme}://localhost:{options.ConsolePort}";
        Gateway = $"{Scheme}://localhost:{options.GatewayPort}";
        ControlProcess = Central(ClusterProcesses.Control, Loopback(options.ConsolePort), Loopback(options.ConsolePort));
        OtherControl = options.SecondControl ? Central(ClusterProcesses.OtherControl, Loopback(Port(ClusterProcesses.OtherControl)), Loopback(Port(ClusterProcesses.OtherControl))) : null;
        GatewayProcess = Central(ClusterProcesses.Gateway, Loopback(options.GatewayPort), Loopback(Port("gateway/management")));
        Nodes = [.. options.Nodes.SelectMany(group => Enumerable.Range(1, group.Count).Select(number => Node($"node-{group.PolicySet}{number}", group.PolicySet)))];
        Far = options.Far is null ? null : new FarWays(this, options.Far);
    }

    /// <summary>The public base, such as <c>http://localhost:8080</c>.</summary>
    public string Gateway { get; }

    /// <summary>The base of the console and its API.</summary>
    public string Console { get; }

    public string AdminPassword { get; private set; } = "";

    public IReadOnlyList<PersonDescription> People { get; private set; } = [];

    public Member ControlProcess { get; }

    /// <summary>Beside the first; null where there is one only.</summary>
    public Member? OtherControl { get; }

    public IReadOnlyList<Member> Controls => OtherControl is null ? [ControlProcess] : [ControlProcess, OtherControl];

    public Member GatewayProcess { get; }

    public IReadOnlyList<Member> Nodes { get; }

    /// <summary>The private server; null for one of the developer's own, and for several.</summary>
    public PrivateMariaDb? Store { get; }

    /// <summary>The private servers; null for one.</summary>
    public PrivateGalera? Galera { get; }

    /// <summary>
    /// The private server's own; null for the folder's. A server whose disk is full may give up at any moment, also when there is room again:
    /// one with such a disk is started again when it ends, until the cluster stops.
    /// </summary>
    public SmallDisk? Disk { get; }

    /// <summary>Of the far nodes; cutting them off takes <see cref="Relays"/>.</summary>
    public FarWays? Far { get; }

    /// <summary>Between the programs, from the start on; null where they reach each other directly.</summary>
    public Relays? Relays { get; private set; }

    /// <summary>The private RabbitMQ; null where signals go by HTTP.</summary>
    public PrivateRabbitMq? Broker { get; }

    public string ConnectionString => _options.Store ?? Galera?.ConnectionString(Database) ?? Store!.ConnectionString(Database);

    /// <summary>Of each server of the store alone.</summary>
    public IReadOnlyList<string> ServerConnectionStrings => Galera is null ? [ConnectionString] : [.. Galera.Members.Select(member => member.ConnectionString(Database))];

    public IEnumerable<string> PolicySets => _options.Nodes.Select(group => group.PolicySet);

    public IEnumerable<Member> Members => [.. Controls, GatewayProcess, .. Nodes];

    public Member this[string name] => Members.First(member => member.Name == name);

    /// <summary>
    /// Starts everything and returns when all is ready. Where that fails, what was started is stopped again and
    /// <see cref="LauncherException"/> says why.
    /// </summary>
    public async Task StartAsync(Action<string>? say = null, CancellationToken cancellation = default)
    {
        say ??= _ => { };
        using var starting = _folder.Lock();
        await RefuseASecondAsync();
        try
        {
            _folder.Make();
            _programs.Copy();
            await Task.WhenAll(StartStoreAsync(say, cancellation), StartBrokerAsync(say, cancellation));
            if (_options.Relayed) Relays = await Relays.LayAsync(ConnectionString, Nodes);
            AdminPassword = await StartProgramsAsync(say, cancellation);
            await WaitUntilRoutedAsync(cancellation);
            if (_options.Demo) People = await new DemoPeople(GatewayProcess.Url, _secrets, _options.Tls).MakeAsync(PolicySets, say);
            OwnerOnly.WriteJson(_folder.Description, Describe());
        }
        catch
        {
            await StopAsync();
            throw;
        }
    }

    /// <summary>Until the gateway passes requests on to a node of every policy set: a little after the nodes are ready.</summary>
    public async Task WaitUntilRoutedAsync(CancellationToken cancellation = default)
    {
        using var http = ClusterTls.Client(_options.Tls, 5);
        var started = TimeProvider.System.GetTimestamp();
        foreach (var policySet in PolicySets)
        {
            // Without a token a node answers 401; anything else comes from the gateway itself.
            while ((await http.GetAsync($"{GatewayProcess.Url}/{policySet}/api/v1/me", cancellation)).StatusCode != HttpStatusCode.Unauthorized)
            {
                if (TimeProvider.System.GetElapsedTime(started) > _options.Patience)
                    throw new LauncherException($"The gateway has no node for /{policySet} after {_options.Patience.TotalSeconds:0} s; see {GatewayProcess.Log} and {ControlProcess.Log}.");
                await Task.Delay(100, cancellation);
            }
        }
    }

    /// <summary>Stops what runs, in order; what has ended already is passed over.</summary>
    public async Task StopAsync(Action<string>? say = null)
    {
        await _over.CancelAsync();
        await _keeping;
        await ClusterProcesses.StopAsync(_folder, names => say?.Invoke($"{names}: stopping"));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _over.Dispose();
        if (Relays is not null) await Relays.DisposeAsync();
        Disk?.Dispose();
    }

    /// <summary>Signed in as the administrator.</summary>
    public async Task<ConsoleClient> SignInToConsoleAsync()
    {
        var console = new ConsoleClient(ControlProcess.Url, _options.Tls);
        if (await console.SignInAsync(AdminName, AdminPassword)) return console;
        console.Dispose();
        throw new LauncherException("The console does not accept the administrator's password.");
    }

    private async Task RefuseASecondAsync()
    {
        var running = ClusterProcesses.Of(_folder);
        if (running.Any(process => !ClusterProcesses.IsServer(process.Name)))
        {
            var names = string.Join(", ", running.Select(process => process.Name).Order(StringComparer.Ordinal));
            throw new LauncherException(ClusterDescription.Find(_folder.Root) is { } other
                ? $"A cluster runs already: {other.Gateway}, console {other.Console} ({names}). ./dev status shows it, ./dev down stops it."
                : $"Parts of a cluster still run in {_folder.Root} ({names}). ./dev down stops them.");
        }

        await ClusterProcesses.StopAsync(_folder);
        RefuseTaken(_options.GatewayPort, "the gateway", "--gateway-port");
        RefuseTaken(_options.ConsolePort, "the console", "--console-port");
    }

    private static void RefuseTaken(int port, string who, string option)
    {
        if (FreePort.IsFree(port)) return;
        throw new LauncherException($"Port {port} for {who} is taken by {PortOwner.Of(port)}. End that program, or choose another port with {option}.");
    }

    private async Task StartStoreAsync(Action<string> say, CancellationToken cancellation)
    {
        if (Store is null && Galera is null)
        {
            await OwnStore.PrepareAsync(ConnectionString);
            return;
        }

        say("store: starting");
        await (Galera?.StartAsync(cancellation) ?? Store!.StartAsync(cancellation));
        await (Galera?.Members[0] ?? Store!).CreateDatabaseAsync(Database);
        if (Disk is not null) _keeping = Store!.KeepAsync(_over.Token);
        say("store: ready");
    }

    private async Task StartBrokerAsync(Action<string> say, CancellationToken cancellation)
    {
        if (Broker is null) return;
        say("broker: starting");
        await Broker.StartAsync(cancellation);
        say("broker: ready");
    }

    private string Scheme => _options.Tls is null ? "http" : "https";

    private Task<string> StartProgramsAsync(Action<string> say, CancellationToken cancellation)
    {
        var tool = new ControlTool(_programs, _folder.Config(ControlProcess.Name), _secrets, _options.Environment);
        return new ProgramStart(this, new LocalFiles(_folder, Relays?.ConnectionString ?? ConnectionString, Broker?.Uri, _options.Far, Relays, _options.Tls), tool, _options.Tls, _options.Patience, say).RunAsync(cancellation);
    }

    private ClusterDescription Describe() => new(
        Gateway,
        Console,
        new AdminDescription(AdminName, AdminPassword),
        [.. Nodes.Select(node => new NodeDescription(node.Name, node.PolicySet, node.Url, node.Management, node.Pid))],
        new ControlDescription(ControlProcess.Url, ControlProcess.Pid),
        GatewayProcess.Pid,
        GatewayProcess.Management,
        new StoreDescription(ConnectionString, Store?.Pid),
        People,
        Broker is null ? null : new BrokerDescription(Broker.Uri, Broker.Pid));

    private Member Central(string name, string url, string management) =>
        new(name, "", url, management, _folder.Log(name), [_programs.Central, "run", "--config", _folder.Config(name)], _options.Environment, tls: _options.Tls);

    private Member Node(string name, string policySet)
    {
        var line = _options.Far is { } far && far.Names.Contains(name) ? far.Line : null;
        var host = line?.FarAddress ?? "127.0.0.1";
        return new Member(name, policySet, $"{Scheme}://{host}:{Port(name)}", $"{Scheme}://{host}:{Port($"{name}/management")}", _folder.Log(name),
            [_programs.Node, "--config", _folder.Config(name)], _options.Environment, line?.Inside, _options.Tls);
    }

    /// <summary>The port of an earlier start, unless somebody else has taken it since.</summary>
    private int Port(string name) =>
        _ports.TryFind(name, out var kept) && (_wasRunning || FreePort.IsFree(kept)) && kept != _options.GatewayPort && kept != _options.ConsolePort ? kept : _ports.Keep(name, FreePort.Next());

    private string Loopback(int port) => $"{Scheme}://127.0.0.1:{port}";
}
