using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace IntraMessenger.Launcher.Lines;

/// <summary>
/// A far place, as a network namespace, and the only line to it, with a delay and a loss of packets: this kernel may have no netem, so the
/// packets pass between two TUN devices through this process. Everything of it is gone when it is disposed of, or when this process ends.
/// </summary>
public sealed class BadLine : IAsyncDisposable
{
    private const int NewNetwork = 0x40000000;
    private const int ReadOnlyAndCloseOnExec = 0x80000;

    private static int _count;

    private readonly Dictionary<int, TcpForward> _forwards = [];
    private readonly int _namespace;
    private readonly Tun _near;
    private readonly Tun _far;
    private readonly PacketRelay[] _directions;

    private BadLine(TimeSpan oneWay, double loss)
    {
        var number = (Environment.ProcessId * 31 + Interlocked.Increment(ref _count)) % 32_768;
        (NearAddress, FarAddress) = (Address(number, 1), Address(number, 2));
        _near = new Tun($"imn{number}");
        (_far, _namespace) = OnAThreadOfItsOwn(() =>
        {
            if (Native.Unshare(NewNetwork) < 0) throw new Win32Exception();
            var file = Native.Open("/proc/thread-self/ns/net", ReadOnlyAndCloseOnExec);
            return file < 0 ? throw new Win32Exception() : (new Tun($"imf{number}"), file);
        });
        _directions = [new PacketRelay(_near, _far, oneWay, loss), new PacketRelay(_far, _near, oneWay, loss)];
    }

    /// <summary>Null where a line can be made, else why not.</summary>
    public static string? WhyNot
    {
        get
        {
            if (Environment.UserName != "root") return "A bad line is a network namespace, which only root can make: run as root.";
            if (!File.Exists("/dev/net/tun")) return "A bad line passes between two TUN devices, and this machine has no /dev/net/tun.";
            try
            {
                OnAThreadOfItsOwn(() => Native.Unshare(NewNetwork) < 0 ? throw new Win32Exception() : new Tun("imn")).Dispose();
            }
            catch (Win32Exception e)
            {
                return $"A bad line is a network namespace with a TUN device, which cannot be made here: {e.Message}.";
            }

            return new[] { "ip", "nsenter" }.FirstOrDefault(program => Find(program) is null) is { } missing ? $"A bad line needs the program {missing}, which is not installed." : null;
        }
    }

    /// <summary>This machine, as the far place sees it: what <see cref="Forward"/> was told of is reached here.</summary>
    public string NearAddress { get; }

    /// <summary>The far place, as this machine sees it.</summary>
    public string FarAddress { get; }

    /// <summary>How many packets came through.</summary>
    public long Passed => _directions.Sum(direction => direction.Passed);

    /// <summary>How many did not.</summary>
    public long Lost => _directions.Sum(direction => direction.Lost);

    /// <summary>What is to be put before a command so that it runs in the far place.</summary>
    public IReadOnlyList<string> Inside => [Find("nsenter")!, $"--net=/proc/{Environment.ProcessId}/fd/{_namespace}", "--"];

    /// <summary>A socket of the far place: who connects it is there, without the line in between.</summary>
    public Socket OpenInside() => OnAThreadOfItsOwn(() =>
        Native.SetNamespace(_namespace, NewNetwork) < 0 ? throw new Win32Exception() : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));

    /// <summary><paramref name="delay"/> is of one way, <paramref name="loss"/> (0 to 1) of each way.</summary>
    public static async Task<BadLine> LayAsync(TimeSpan delay, double loss)
    {
        if (WhyNot is { } reason) throw new LauncherException(reason);
        var line = new BadLine(delay, loss);
        try
        {
            await RunAsync(["ip", "address", "add", $"{line.NearAddress}/30", "dev", line._near.Name]);
            await RunAsync(["ip", "link", "set", line._near.Name, "up"]);
            await RunAsync([.. line.Inside, "ip", "link", "set", "lo", "up"]);
            await RunAsync([.. line.Inside, "ip", "address", "add", $"{line.FarAddress}/30", "dev", line._far.Name]);
            await RunAsync([.. line.Inside, "ip", "link", "set", line._far.Name, "up"]);
            return line;
        }
        catch
        {
            await line.DisposeAsync();
            throw;
        }
    }

    /// <summary>A server on loopback as the far place reaches it: the same address with another host.</summary>
    public string Forward(string url)
    {
        var address = new UriBuilder(url) { Host = NearAddress };
        Forward(address.Port);
        return address.Uri.ToString().TrimEnd('/');
    }

    /// <summary>A port of loopback is reached at <see cref="NearAddress"/> too.</summary>
    public void Forward(int port)
    {
        lock (_forwards) if (!_forwards.ContainsKey(port)) _forwards.Add(port, new TcpForward(new IPEndPoint(IPAddress.Parse(NearAddress), port), port));
    }

    /// <summary>Nothing comes through any more, in either direction, and nobody is told.</summary>
    public void Cut() => SetCut(_ => true);

    /// <summary>The same for what goes to these TCP ports, at whichever end they are, or comes from them; all else passes.</summary>
    public void Cut(IReadOnlySet<int> ports) => SetCut(packet => IsOfTcp(packet, ports));

    public void Mend() => SetCut(null);

    public async ValueTask DisposeAsync()
    {
        foreach (var direction in _directions) direction.Dispose();
        _near.Dispose();
        _far.Dispose();
        _ = Native.Close(_namespace);
        foreach (var forward in _forwards.Values) await forward.DisposeAsync();
    }

    private void SetCut(Predicate<byte[]>? isCut)
    {
        foreach (var direction in _directions) direction.IsCut = isCut;
    }

    private static bool IsOfTcp(byte[] packet, IReadOnlySet<int> ports)
    {
        const int ipV4 = 4, tcp = 6, shortest = 20;
        if (packet.Length < shortest || packet[0] >> 4 != ipV4 || packet[9] != tcp) return false;
        var header = (packet[0] & 15) * 4;
        return packet.Length >= header + 4
            && (ports.Contains(BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(header))) || ports.Contains(BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(header + 2))));
    }

    // 198.18.0.0/15 is kept for measuring networks: nobody lives there.
    private static string Address(int number, int end) => $"198.{18 + number / 16_384}.{number / 64 % 256}.{number % 64 * 4 + end}";

    // A namespace is a thread's: one from the pool would take it along to others.
    private static T OnAThreadOfItsOwn<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>();
        new Thread(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        })
        { IsBackground = true }.Start();
        return done.Task.GetAwaiter().GetResult();
    }

    private static async Task RunAsync(string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(Find(command[0]) ?? command[0], command[1..]) { RedirectStandardError = true })!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new LauncherException($"{string.Join(' ', command)} failed: {errors.Trim()}");
    }

    private static string? Find(string program) => $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin:/usr/bin"
        .Split(':', StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
