using System.Security.Cryptography;
using System.Threading.Channels;

namespace IntraMessenger.Launcher.Lines;

/// <summary>Responsible for one direction of a line: every packet arrives later by the delay, in order, or not at all.</summary>
internal sealed class PacketRelay : IDisposable
{
    private const int LongestPacket = 65_536;
    private const int MostUnderWay = 20_000;

    private readonly Tun _from;
    private readonly Tun _to;
    private readonly TimeSpan _delay;
    private readonly int _lostOfAMillion;
    private readonly Channel<(long Since, byte[] Packet)> _underWay = Channel.CreateBounded<(long, byte[])>(MostUnderWay);
    private readonly Thread _reading;
    private readonly Thread _writing;
    private readonly ManualResetEventSlim _over = new();
    private long _passed;
    private long _lost;

    public PacketRelay(Tun from, Tun to, TimeSpan delay, double loss)
    {
        (_from, _to, _delay, _lostOfAMillion) = (from, to, delay, (int)(loss * 1_000_000));
        _reading = new Thread(Read) { IsBackground = true, Name = $"line from {from.Name}" };
        _writing = new Thread(Write) { IsBackground = true, Name = $"line to {to.Name}" };
        _reading.Start();
        _writing.Start();
    }

    /// <summary>Which packets are dropped; null for those only that the line loses.</summary>
    public Predicate<byte[]>? IsCut { get; set; }

    public long Passed => Volatile.Read(ref _passed);

    public long Lost => Volatile.Read(ref _lost);

    public void Dispose()
    {
        _over.Set();
        _underWay.Writer.TryComplete();
        _reading.Join();
        _writing.Join();
        _over.Dispose();
    }

    private void Read()
    {
        var buffer = new byte[LongestPacket];
        while (!_over.IsSet)
        {
            var length = _from.Read(buffer);
            if (length == 0) continue;
            var packet = buffer[..length];
            if (IsCut?.Invoke(packet) == true || RandomNumberGenerator.GetInt32(1_000_000) < _lostOfAMillion || !_underWay.Writer.TryWrite((TimeProvider.System.GetTimestamp(), packet)))
                Interlocked.Increment(ref _lost);
        }
    }

    private void Write()
    {
        while (_underWay.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_underWay.Reader.TryRead(out var next))
            {
                var rest = _delay - TimeProvider.System.GetElapsedTime(next.Since);
                // In whole milliseconds, and never too early.
                if (_over.Wait(Math.Max(0, (int)Math.Ceiling(rest.TotalMilliseconds)))) return;
                _to.Write(next.Packet);
                Interlocked.Increment(ref _passed);
            }
        }
    }
}
