using System.Numerics;

namespace IntraMessenger.Load.Ledgers;

/// <summary>Responsible for durations in few buckets: each power of two has 64 of them, so that a value is known within 1.6 %. Unit: microseconds.</summary>
public sealed class Latency
{
    private const int Precision = 6;
    private const int Steps = 1 << Precision;

    private readonly long[] _buckets = new long[Steps * 40];
    private long _count;
    private long _greatest;

    public long Count => Volatile.Read(ref _count);

    public double MaxMilliseconds => Volatile.Read(ref _greatest) / 1000.0;

    public void Record(TimeSpan took)
    {
        var micros = Math.Max(0, (long)took.TotalMicroseconds);
        Interlocked.Increment(ref _buckets[Index(micros)]);
        Interlocked.Increment(ref _count);
        for (var greatest = Volatile.Read(ref _greatest); micros > greatest;)
        {
            var seen = Interlocked.CompareExchange(ref _greatest, micros, greatest);
            if (seen == greatest) break;
            greatest = seen;
        }
    }

    /// <summary>0 where nothing was recorded.</summary>
    public double PercentileMilliseconds(double percent)
    {
        var target = (long)Math.Ceiling(Count * percent / 100);
        long sum = 0;
        for (var i = 0; i < _buckets.Length && target > 0; i++)
        {
            sum += Volatile.Read(ref _buckets[i]);
            if (sum >= target) return Math.Min(Middle(i), Volatile.Read(ref _greatest)) / 1000.0;
        }

        return 0;
    }

    public void Reset()
    {
        Array.Clear(_buckets);
        Volatile.Write(ref _count, 0);
        Volatile.Write(ref _greatest, 0);
    }

    private static int Index(long value)
    {
        if (value < Steps) return (int)value;
        var power = BitOperations.Log2((ulong)value) - Precision;
        return Math.Min((power + 1) * Steps + (int)(value >> power) - Steps, Steps * 40 - 1);
    }

    private static long Middle(int index)
    {
        if (index < Steps) return index;
        var power = index / Steps - 1;
        return ((long)(index % Steps + Steps) << power) + (1L << power) / 2;
    }
}
