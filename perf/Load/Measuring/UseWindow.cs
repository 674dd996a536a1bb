using System.Globalization;
using IntraMessenger.Load.Http;

namespace IntraMessenger.Load.Measuring;

/// <summary>Responsible for what happened between two moments: processor time of each process, bytes on the wire, seconds.</summary>
public sealed class UseWindow
{
    private readonly IReadOnlyList<WatchedProcess> _processes;
    private readonly WireCount _wire;
    private readonly TimeProvider _time;
    private readonly ProcessUse[] _before;
    private readonly double _busy;
    private readonly long _started, _sent, _received;

    private UseWindow(IReadOnlyList<WatchedProcess> processes, WireCount wire, TimeProvider time)
    {
        (_processes, _wire, _time) = (processes, wire, time);
        _before = [.. processes.Select(process => ProcessUse.Of(process.Pid))];
        _busy = BusySeconds();
        (_sent, _received, _started) = (wire.Sent, wire.Received, time.GetTimestamp());
    }

    public static UseWindow Open(IReadOnlyList<WatchedProcess> processes, WireCount wire, TimeProvider time) => new(processes, wire, time);

    public WindowUse Close()
    {
        var seconds = _time.GetElapsedTime(_started).TotalSeconds;
        var rows = _processes.Select((process, i) =>
        {
            var now = ProcessUse.Of(process.Pid);
            return new ProcessRow(process.Name, process.Role, Math.Max(0, now.CpuSeconds - _before[i].CpuSeconds), now.ResidentBytes, now.Threads);
        }).ToArray();
        var others = (BusySeconds() - _busy - rows.Sum(row => row.CpuSeconds)) / (seconds * Environment.ProcessorCount);
        return new WindowUse(seconds, _wire.Sent - _sent, _wire.Received - _received, rows) { OthersPercent = Math.Clamp(others * 100, 0, 100) };
    }

    // Of all processors together, since the machine started: everything but idling and waiting for disks.
    private static double BusySeconds()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(field => long.Parse(field, CultureInfo.InvariantCulture)).ToArray();
        return (fields[0] + fields[1] + fields[2] + fields[5] + fields[6] + fields[7]) / ProcessUse.TicksPerSecond;
    }
}

/// <summary>One process in a window.</summary>
/// <param name="Name">Of the process.</param>
/// <param name="Role">What it is.</param>
/// <param name="CpuSeconds">Used in the window.</param>
/// <param name="ResidentBytes">At its end.</param>
/// <param name="Threads">At its end.</param>
public sealed record ProcessRow(string Name, Role Role, double CpuSeconds, long ResidentBytes, int Threads);

public sealed record WindowUse(double Seconds, long BytesSent, long BytesReceived, IReadOnlyList<ProcessRow> Processes)
{
    /// <summary>What the rest of the machine took of its processors.</summary>
    public double OthersPercent { get; init; }

    public double Cpu(params Role[] roles) => Processes.Where(process => roles.Contains(process.Role)).Sum(process => process.CpuSeconds);

    /// <summary>Everything that serves, the store included; not the load client.</summary>
    public double ServerCpu => Processes.Where(process => process.Role != Role.Load).Sum(process => process.CpuSeconds);

    public long Resident(params Role[] roles) => Processes.Where(process => roles.Contains(process.Role)).Sum(process => process.ResidentBytes);

    public int Threads(params Role[] roles) => Processes.Where(process => roles.Contains(process.Role)).Sum(process => process.Threads);
}
