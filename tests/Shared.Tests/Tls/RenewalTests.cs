using System.Diagnostics;
using IntraMessenger.Testing;

namespace IntraMessenger.Shared.Tests.Tls;

/// <summary>Files that are replaced while a program runs.</summary>
public sealed class RenewalTests
{
    [Fact]
    public async Task Certificate_Renewed_IsShownToNewConnections_WhileAnOldStreamGoesOn()
    {
        await using var server = await TlsServer.StartAsync();
        using var client = server.Client();
        server.Stream.Writer.TryWrite("before\n");
        using var stream = new StreamReader(await client.GetStreamAsync($"{server.Address}/stream"));
        (await stream.ReadLineAsync()).ShouldBe("before");

        var renewed = Renew(server);
        await ShownAsync(server, renewed);
        server.Stream.Writer.TryWrite("after\n");
        (await stream.ReadLineAsync()).ShouldBe("after");
        using var another = server.Client();
        (await another.GetStringAsync(server.Address)).ShouldBe("hello");
    }

    [Fact]
    public async Task Certificate_BehindLinksThatChange_IsRenewed()
    {
        // As Kubernetes does it: server.pem -> ..data/server.pem, ..data -> a folder, replaced at once. certbot's links are the first half of it.
        await using var server = await TlsServer.StartAsync(new TestAuthority(), (authority, folder) =>
        {
            Directory.CreateDirectory(Path.Combine(folder, "one"));
            authority.Write(Path.Combine(folder, "one"), "127.0.0.1");
            Directory.CreateSymbolicLink(Path.Combine(folder, "..data"), "one");
            foreach (var file in new[] { "server.pem", "server.key" }) File.CreateSymbolicLink(Path.Combine(folder, file), Path.Combine("..data", file));
            return (Path.Combine(folder, "server.pem"), Path.Combine(folder, "server.key"));
        });
        var folder = Path.GetDirectoryName(server.Certificate)!;
        Directory.CreateDirectory(Path.Combine(folder, "two"));
        server.Authority.Write(Path.Combine(folder, "two"), "127.0.0.1");
        Directory.CreateSymbolicLink(Path.Combine(folder, "..new"), "two");
        using (var rename = Process.Start("mv", ["-T", Path.Combine(folder, "..new"), Path.Combine(folder, "..data")])) await rename.WaitForExitAsync();
        await ShownAsync(server, Handshake.ThumbprintOf(await File.ReadAllTextAsync(Path.Combine(folder, "two", "server.pem"))));
    }

    [Theory]
    [InlineData("broken", "no certificate")]
    [InlineData("half", "in the middle of a certificate")]
    [InlineData("mismatched", "does not belong")]
    [InlineData("gone", "cannot be read")]
    [InlineData("ended", "is valid from")]
    public async Task Certificate_ThatCannotBeUsed_IsRefused_AndTheOldOneStays(string how, string why)
    {
        await using var server = await TlsServer.StartAsync();
        var before = await server.ShownAsync();
        (await server.ScrapeAsync())["intramessenger_tls_refused"].ShouldBe(0);
        Break(server, how);
        await Eventually.HoldsAsync(async () => (await server.ScrapeAsync())["intramessenger_tls_refused"] == 1, "the metric says so");
        (await server.FactsAsync()).GetProperty("refused").GetString()!.ShouldContain(why);
        (await server.ShownAsync()).ShouldBe(before);

        await ShownAsync(server, Renew(server));
        (await server.ScrapeAsync())["intramessenger_tls_refused"].ShouldBe(0, "it is well again");
        (await server.FactsAsync()).TryGetProperty("refused", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task End_OfTheCertificate_IsAMetricAndAFact()
    {
        await using var server = await TlsServer.StartAsync();
        (await server.ScrapeAsync())["intramessenger_tls_expires_seconds"].ShouldBeInRange(TimeSpan.FromDays(89.9).TotalSeconds, TimeSpan.FromDays(90).TotalSeconds);
        (await server.FactsAsync()).GetProperty("daysLeft").GetInt32().ShouldBe(89);
    }

    private static void Break(TlsServer server, string how)
    {
        var (ended, key) = server.Authority.Leaf(["127.0.0.1"], from: -30, until: -1);
        switch (how)
        {
            case "broken":
                File.WriteAllText(server.Certificate, "nothing of use");
                break;
            case "half":
                File.WriteAllText(server.Certificate, File.ReadAllText(server.Certificate)[..^100]);
                break;
            case "mismatched":
                File.WriteAllText(server.Key, key.ExportPkcs8PrivateKeyPem());
                break;
            case "gone":
                File.Delete(server.Key);
                break;
            default:
                File.WriteAllText(server.Certificate, ended + server.Authority.Between);
                File.WriteAllText(server.Key, key.ExportPkcs8PrivateKeyPem());
                break;
        }
    }

    private static string Renew(TlsServer server)
    {
        server.Authority.Write(Path.GetDirectoryName(server.Certificate)!, "127.0.0.1", "localhost");
        return Handshake.ThumbprintOf(File.ReadAllText(server.Certificate));
    }

    private static Task ShownAsync(TlsServer server, string thumbprint) =>
        Eventually.HoldsAsync(async () => await server.ShownAsync() == thumbprint, "the renewed certificate", 15);
}
