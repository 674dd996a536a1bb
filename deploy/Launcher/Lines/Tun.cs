using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace IntraMessenger.Launcher.Lines;

/// <summary>One end of a line: what the kernel sends by this network device is read here, what is written here arrives by it. Gone with this object.</summary>
internal sealed partial class Tun : IDisposable
{
    private const int ReadWriteAndCloseOnExec = 0x80002;
    private const uint SetInterface = 0x400454ca;
    private const short PacketsWithoutHeader = 0x1001;
    private const short Readable = 1;

    private readonly int _file;

    /// <summary>Made in the network namespace of the calling thread.</summary>
    public Tun(string name)
    {
        Name = name;
        _file = Native.Open("/dev/net/tun", ReadWriteAndCloseOnExec);
        if (_file < 0) throw new Win32Exception();
        var request = new byte[40];
        Encoding.ASCII.GetBytes(name, request);
        BitConverter.TryWriteBytes(request.AsSpan(16), PacketsWithoutHeader);
        if (IoControl(_file, SetInterface, request) < 0) throw new Win32Exception();
    }

    public string Name { get; }

    /// <summary>The length of the packet that was read; 0 where none came for a moment.</summary>
    public int Read(byte[] buffer)
    {
        var waiting = new PollRequest { File = _file, Events = Readable };
        if (Poll(ref waiting, 1, 100) <= 0) return 0;
        return (int)Math.Max(0, ReadFile(_file, buffer, buffer.Length));
    }

    public void Write(ReadOnlySpan<byte> packet) => _ = WriteFile(_file, packet, packet.Length);

    public void Dispose() => _ = Native.Close(_file);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int IoControl(int file, nuint request, byte[] argument);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollRequest request, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadFile(int file, byte[] buffer, nint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteFile(int file, ReadOnlySpan<byte> buffer, nint length);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollRequest
    {
        public int File;
        public short Events;
        public short Happened;
    }
}

internal static partial class Native
{
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    public static partial int Unshare(int flags);

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    public static partial int SetNamespace(int file, int kind);
}
