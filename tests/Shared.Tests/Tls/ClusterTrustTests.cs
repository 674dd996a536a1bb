using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using IntraMessenger.Shared.Tls;
using IntraMessenger.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace IntraMessenger.Shared.Tests.Tls;

/// <summary>Whom the programs believe when they call each other. The system's store of the machine that tests has none of these authorities.</summary>
public sealed class ClusterTrustTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("im-trust-");

    public void Dispose() => _folder.Delete(recursive: true);

    private RenewedFiles<Authorities> Authorities(TestAuthority authority)
    {
        authority.WriteRoot(_folder.FullName);
        return new TlsOptions { TrustedCertificates = Path.Combine(_folder.FullName, "root.pem") }.ReadAuthorities()!;
    }

    private static HttpClient Client(RenewedFiles<Authorities>? authorities) =>
        new(new ClusterTrust(authorities, NullLogger<ClusterTrust>.Instance).Guard(new SocketsHttpHandler())) { Timeout = TimeSpan.FromSeconds(10) };

    private static async Task<string> RefusedBecauseAsync(HttpClient client, string address)
    {
        var failed = await Should.ThrowAsync<HttpRequestException>(() => client.GetStringAsync(address));
        failed.HttpRequestError.ShouldBe(HttpRequestError.SecureConnectionError);
        return failed.InnerException.ShouldBeOfType<AuthenticationException>().Message;
    }

    [Fact]
    public async Task Server_OfAnAuthorityOfTheFile_IsBelieved_AlsoByManyAtOnce()
    {
        await using var server = await TlsServer.StartAsync();
        using var client = Client(Authorities(server.Authority));
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.GetStringAsync(server.Address)));
        answers.ShouldAllBe(answer => answer == "hello");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Server_OfAnAuthorityThatNobodyKnows_IsRefused_AndTheSentenceSaysWhose(bool knowsAnother)
    {
        await using var server = await TlsServer.StartAsync();
        using var client = Client(knowsAnother ? Authorities(new TestAuthority("Somebody Else")) : null);
        var reason = await RefusedBecauseAsync(client, server.Address);
        reason.ShouldContain("127.0.0.1");
        reason.ShouldContain("CN=Test Root Intermediate");
        reason.ShouldContain("tls.trustedCertificates");
    }

    [Fact]
    public async Task Server_OfAnAuthorityOfTheSameName_IsRefused()
    {
        await using var server = await TlsServer.StartAsync();
        using var client = Client(Authorities(new TestAuthority()));
        (await RefusedBecauseAsync(client, server.Address)).ShouldContain("is not believed");
    }

    [Fact]
    public async Task Server_WithACertificateForAnotherName_IsRefused()
    {
        await using var server = await TlsServer.StartAsync("chat.example", "127.0.0.2");
        using var client = Client(Authorities(server.Authority));
        (await RefusedBecauseAsync(client, server.Address)).ShouldContain("127.0.0.1 shows is for another name");
    }

    [Theory]
    [InlineData("alone")]
    [InlineData("ended")]
    [InlineData("forAnotherUse")]
    public async Task Server_WhoseCertificateIsWorthNothing_IsRefused(string how)
    {
        await using var server = await TlsServer.StartAsync();
        var (certificate, key) = server.Authority.Leaf(["127.0.0.1"], from: -30, until: how == "ended" ? -1 : 90, forServers: how != "forAnotherUse");
        var shown = X509Certificate2.CreateFromPem(certificate, key.ExportPkcs8PrivateKeyPem());
        await using var stranger = new Stranger(shown, how == "alone" ? null : X509Certificate2.CreateFromPem(server.Authority.Between));
        using var client = Client(Authorities(server.Authority));
        (await RefusedBecauseAsync(client, stranger.Address)).ShouldContain("is not believed");
    }

    [Fact]
    public async Task Authorities_Renewed_AreBelieved_AndTheOldOnesNotAnyMore()
    {
        await using var server = await TlsServer.StartAsync();
        var authorities = Authorities(new TestAuthority("Old"));
        using var client = Client(authorities);
        await RefusedBecauseAsync(client, server.Address);
        server.Authority.WriteRoot(_folder.FullName);
        authorities.Look(_ => null).ShouldBeFalse("it has just changed");
        authorities.Look(_ => null).ShouldBeTrue();
        (await client.GetStringAsync(server.Address)).ShouldBe("hello");

        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "root.pem"), new TestAuthority("New").Root);
        for (var i = 0; i < 2; i++) authorities.Look(_ => null);
        using var later = Client(authorities);
        await RefusedBecauseAsync(later, server.Address);
    }
}
