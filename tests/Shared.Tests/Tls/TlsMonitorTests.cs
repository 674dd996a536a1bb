using System.Collections.Concurrent;
using IntraMessenger.Shared.Tls;
using IntraMessenger.Testing;
using Microsoft.Extensions.Logging;

namespace IntraMessenger.Shared.Tests.Tls;

/// <summary>What the log says, and how often.</summary>
public sealed class TlsMonitorTests : TimeProvider, ILogger<TlsMonitor>, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("im-tls-");
    private readonly ConcurrentQueue<string> _lines = new();
    private TimeSpan _passed;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _passed;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue($"{logLevel} {formatter(state, exception)}");

    public void Dispose() => _folder.Delete(recursive: true);

    private TlsMonitor Monitor(TestAuthority authority)
    {
        var (certificate, key) = authority.Write(_folder.FullName, "127.0.0.1");
        var files = new TlsFiles(new TlsOptions { Certificate = certificate, Key = key }.ReadCertificate(), null);
        return new TlsMonitor(files, this, this);
    }

    private static void Look(TlsMonitor monitor, int times)
    {
        for (var i = 0; i < times; i++) monitor.Look();
    }

    [Fact]
    public void End_OfTheCertificate_IsWarnedOfFromTwoWeeksBefore_OnceADay()
    {
        var monitor = Monitor(new TestAuthority());
        Look(monitor, 3);
        _passed = TimeSpan.FromDays(75);
        Look(monitor, 3);
        _lines.ShouldBeEmpty();
        _passed = TimeSpan.FromDays(76.5);
        Look(monitor, 3);
        _lines.ShouldHaveSingleItem().ShouldContain("for 13 days");
        _passed = TimeSpan.FromDays(77.6);
        Look(monitor, 3);
        _lines.Count.ShouldBe(2);
        _lines.ShouldAllBe(line => line.StartsWith("Warning"));
    }

    [Fact]
    public void Refusal_IsToldOnce_AndARenewalToo()
    {
        var authority = new TestAuthority();
        var monitor = Monitor(authority);
        File.WriteAllText(Path.Combine(_folder.FullName, "server.key"), "nothing");
        Look(monitor, 5);
        _lines.ShouldHaveSingleItem().ShouldStartWith("Error Renewed files are refused, the old ones stay in force: tls.key");
        authority.Write(_folder.FullName, "127.0.0.1");
        Look(monitor, 5);
        _lines.Count.ShouldBe(2);
        _lines.Last().ShouldStartWith("Information A renewed certificate is in force");
    }

    [Fact]
    public void Certificate_ThatIsNotValidYet_ComesIntoForceWhenItIs()
    {
        var authority = new TestAuthority();
        var monitor = Monitor(authority);
        var (certificate, key) = authority.Leaf(["127.0.0.1"], from: 2);
        File.WriteAllText(Path.Combine(_folder.FullName, "server.pem"), certificate + authority.Between);
        File.WriteAllText(Path.Combine(_folder.FullName, "server.key"), key.ExportPkcs8PrivateKeyPem());
        Look(monitor, 5);
        _lines.ShouldHaveSingleItem().ShouldContain("is valid from");
        _passed = TimeSpan.FromDays(2.1);
        Look(monitor, 1);
        _lines.Last().ShouldContain("in force");
    }
}
