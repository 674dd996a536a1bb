using System.Text.RegularExpressions;

namespace IntraMessenger.Launcher;

/// <summary>Ports of one member: for clients, for the other members, and for what it missed while it was away.</summary>
public sealed record GaleraPorts(int Clients, int Group, int Transfer);

/// <summary>
/// Responsible for a store of three: private MariaDB servers that hold the same data, by Galera. A member that was away gets what it missed
/// from the log of another one (IST); it is never copied as a whole, which needs programs that Debian packs together with a service.
/// </summary>
public sealed partial class PrivateGalera
{
    /// <summary>
    /// What Galera runs at both ends when a member joins. Theirs agree on where it stands, by a file, as all are on this machine; what it
    /// misses the servers then send each other.
    /// </summary>
    private const string Joining = """
        #!/bin/sh
        while [ $# -gt 0 ] && [ "$1" != --mysqld-args ]; do
          case $1 in
            --role) role=$2 ;; --address) address=$2 ;; --datadir) data=$2 ;; --parent) parent=$2 ;; --gtid) position=$2 ;; --bypass) bypass=yes ;;
          esac
          shift
        done
        case $role$bypass in
          joiner)
            rm -f "$data/position" && echo "ready $data/position"
            until [ -e "$data/position" ]; do kill -0 "$parent" && sleep 0.1 || exit 1; done
            cat "$data/position" ;;
          donoryes)
            echo continue
            echo "$position 0" >"$address.new" && mv "$address.new" "$address" && echo "done $position" ;;
          *)
            echo 'It was away for too long: what it missed is no longer in the log of another member.' >&2
            exit 1 ;;
        esac

        """;

    private static readonly string[] Providers = ["/usr/lib/galera/libgalera_smm.so", "/usr/lib/libgalera_smm.so"];

    private readonly string _folder;
    private readonly IReadOnlyList<GaleraPorts> _ports;

    public PrivateGalera(string folder, IReadOnlyList<GaleraPorts> ports)
    {
        (_folder, _ports) = (folder, ports);
        Members = [.. ports.Select((port, i) => new PrivateMariaDb(Path.Combine(folder, $"{i + 1}"), port.Clients) { IsMember = true, Programs = folder })];
    }

    /// <summary>Where Galera is, or null where it is not installed.</summary>
    public static string? Provider => Providers.Prepend(Environment.GetEnvironmentVariable("INTRAMESSENGER_GALERA")).FirstOrDefault(File.Exists);

    /// <summary>Null where a store of three can be made, else why not.</summary>
    public static string? WhyNot => Provider is null ? "Galera is not installed. On Debian: apt-get install --no-install-recommends galera-4." : null;

    /// <summary>In the order in which the programs use them.</summary>
    public IReadOnlyList<PrivateMariaDb> Members { get; }

    public string ConnectionString(string database) =>
        Members[0].ConnectionString(database).Replace($"Server=127.0.0.1;Port={Members[0].Port};", $"Server={string.Join(',', Members.Select(member => $"127.0.0.1:{member.Port}"))};");

    public async Task StartAsync(CancellationToken cancellation = default)
    {
        if (WhyNot is { } missing) throw new LauncherException(missing);
        if (!Directory.Exists(Members[0].Folder)) await MakeAsync(cancellation);
        var joining = Path.Combine(_folder, "wsrep_sst_joining");
        await File.WriteAllTextAsync(joining, Joining, cancellation);
        File.SetUnixFileMode(joining, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        // After a stop of all, the one that knows most begins.
        var positions = new List<(int Member, string Position)>();
        for (var i = 0; i < Members.Count; i++) positions.Add((i, await PositionAsync(i, cancellation)));
        var first = positions.MaxBy(at => long.Parse(at.Position.Split(':')[1])).Member;
        await StartAsync(first, positions[first].Position, ["--wsrep-new-cluster"], cancellation);
        for (var i = 0; i < Members.Count; i++)
        {
            if (i != first) await StartAsync(i, positions[i].Position, [], cancellation);
        }
    }

    /// <summary>A member comes back, and is ready when this returns.</summary>
    public async Task StartAsync(PrivateMariaDb member, CancellationToken cancellation = default)
    {
        var index = Members.TakeWhile(other => other != member).Count();
        await StartAsync(index, await PositionAsync(index, cancellation), [], cancellation);
    }

    public async Task StopAsync()
    {
        foreach (var member in Members.Reverse()) await member.StopAsync();
    }

    private async Task StartAsync(int index, string position, string[] more, CancellationToken cancellation)
    {
        if (more.Length > 0) MarkSafe(Members[index]);
        await Members[index].StartAsync([.. Arguments(index), $"--wsrep-start-position={position}", .. more], cancellation);
        for (var attempt = 0; await Members[index].AskAsync("SELECT variable_value FROM information_schema.global_status WHERE variable_name = 'wsrep_local_state'") != "4"; attempt++)
        {
            if (attempt == 300) throw new LauncherException($"Member {index + 1} of the store is not in step with the others; see {Members[index].Folder}/mariadb.log.");
            await Task.Delay(100, cancellation);
        }
    }

    private string[] Arguments(int index) =>
    [
        "--innodb-buffer-pool-size=256M", "--innodb-log-file-size=64M", "--binlog-format=ROW", "--innodb-autoinc-lock-mode=2",
        "--wsrep-on=ON", $"--wsrep-provider={Provider}", "--wsrep-cluster-name=intramessenger", $"--wsrep-node-name=store{index + 1}",
        $"--wsrep-node-address=127.0.0.1:{_ports[index].Group}", "--wsrep-sst-method=joining", "--wsrep-slave-threads=2",
        $"--wsrep-cluster-address=gcomm://{string.Join(',', _ports.Select(port => $"127.0.0.1:{port.Group}"))}",
        // Who says nothing for 2 s is out: until then nothing can be committed.
        $"--wsrep-provider-options=gmcast.listen_addr=tcp://127.0.0.1:{_ports[index].Group};ist.recv_addr=127.0.0.1:{_ports[index].Transfer};gcache.size=512M;evs.keepalive_period=PT0.5S;evs.suspect_timeout=PT2S;evs.inactive_timeout=PT5S",
    ];

    /// <summary>All three are made of one, with the same beginning.</summary>
    private async Task MakeAsync(CancellationToken cancellation)
    {
        var first = new PrivateMariaDb(Members[0].Folder, _ports[0].Clients);
        await first.StartAsync(["--innodb-log-file-size=64M"], cancellation);
        await first.StopAsync();
        await Members[0].StartAsync([.. Arguments(0), "--wsrep-new-cluster"], cancellation);
        await Members[0].StopAsync();
        foreach (var other in Members.Skip(1)) await first.CopyAsync(other.Folder, cancellation);
    }

    /// <summary>Which change it knows last; after a kill its tables tell, not its notes.</summary>
    private async Task<string> PositionAsync(int index, CancellationToken cancellation)
    {
        var state = await File.ReadAllTextAsync(State(Members[index]), cancellation);
        var noted = $"{Uuid().Match(state).Groups[1].Value}:{Seqno().Match(state).Groups[1].Value}";
        if (!noted.EndsWith(":-1", StringComparison.Ordinal)) return noted;
        var said = await Members[index].RunServerAsync([.. Arguments(index), "--wsrep-recover"], cancellation);
        return Recovered().Match(said) is { Success: true } found ? found.Groups[1].Value : throw new LauncherException($"Member {index + 1} of the store does not know where it stands: {said}");
    }

    private static string State(PrivateMariaDb member) => Path.Combine(member.Data, "grastate.dat");

    private static void MarkSafe(PrivateMariaDb member) =>
        File.WriteAllText(State(member), File.ReadAllText(State(member)).Replace("safe_to_bootstrap: 0", "safe_to_bootstrap: 1", StringComparison.Ordinal));

    [GeneratedRegex(@"uuid:\s*(\S+)")]
    private static partial Regex Uuid();

    [GeneratedRegex(@"seqno:\s*(-?\d+)")]
    private static partial Regex Seqno();

    [GeneratedRegex(@"Recovered position:?\s*(\S+:\d+)")]
    private static partial Regex Recovered();
}
