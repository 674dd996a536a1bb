using System.Security.Cryptography;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Tls;
using IntraMessenger.Testing;
using Microsoft.Extensions.Configuration;

namespace IntraMessenger.Shared.Tests.Tls;

/// <summary>What an operator is told at the start.</summary>
public sealed class TlsOptionsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("im-tls-");
    private readonly TestAuthority _authority = new();

    public void Dispose() => _folder.Delete(recursive: true);

    private string File(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    private static List<string> Errors(params (string Key, string? Value)[] section)
    {
        var errors = new List<string>();
        TlsOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(section.Select(item => new KeyValuePair<string, string?>("tls:" + item.Key, item.Value))).Build(), errors);
        return errors;
    }

    private List<string> Errors(string certificates, string key, string? password = null) =>
        Errors(("certificate", File("c.pem", certificates)), ("key", File("k.pem", key)), ("keyPassword", password));

    [Fact]
    public void Files_AsTheyShouldBe_HaveNoMistake()
    {
        Errors().ShouldBeEmpty();
        var (certificate, key) = _authority.Leaf(["127.0.0.1"]);
        Errors(certificate + _authority.Between, key.ExportPkcs8PrivateKeyPem()).ShouldBeEmpty();
        Errors(certificate, key.ExportECPrivateKeyPem()).ShouldBeEmpty("a chain of one, and the other form of keys");
        Errors(("trustedCertificates", File("ca.pem", "# ours\n" + _authority.Root + new TestAuthority("Two").Root))).ShouldBeEmpty();
        var encrypted = key.ExportEncryptedPkcs8PrivateKeyPem("open sesame", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
        Errors(certificate, encrypted, "open sesame").ShouldBeEmpty();
        Errors(certificate, encrypted).Single().ShouldContain("say tls.keyPassword");
        var wrong = Errors(certificate, encrypted, "open barley").Single();
        wrong.ShouldStartWith("tls.key: the key cannot be read");
        wrong.ShouldNotContain("barley");
    }

    [Fact]
    public void Mistakes_AreASentenceEach()
    {
        var (certificate, key) = _authority.Leaf(["127.0.0.1"]);
        var (other, rsa) = (_authority.Leaf(["127.0.0.1"]).Key, RSA.Create(2048));
        var pem = key.ExportPkcs8PrivateKeyPem();
        Errors(certificate + _authority.Between, other.ExportPkcs8PrivateKeyPem()).Single().ShouldContain("does not belong to the first certificate");
        Errors(_authority.Between + certificate, pem).Single().ShouldContain("does not belong to the first certificate");
        Errors(certificate, rsa.ExportPkcs8PrivateKeyPem()).Single().ShouldStartWith("tls.key: ");
        Errors(certificate, certificate).Single().ShouldStartWith("tls.key: the key cannot be read");
        Errors(certificate[..^40], pem).Single().ShouldStartWith("tls.certificate: ");
        Errors((certificate + _authority.Between)[..^40], pem).Single().ShouldContain("in the middle of a certificate");
        Errors(certificate.Replace("MII", "MIA", StringComparison.Ordinal), pem).Single().ShouldStartWith("tls.certificate: a certificate in the file cannot be read");
        Errors("", pem).Single().ShouldContain("no certificate");
        var (forClients, itsKey) = _authority.Leaf(["127.0.0.1"], forServers: false);
        Errors(forClients, itsKey.ExportPkcs8PrivateKeyPem()).Single().ShouldContain("not made for servers");
        Errors(("certificate", File("c.pem", certificate))).Single().ShouldContain("belong together");
        Errors(("key", File("k.pem", pem))).Single().ShouldContain("belong together");
        Errors(("certificate", "/nowhere/c.pem"), ("key", File("k.pem", pem)), ("trustedCertificates", "/nowhere/ca.pem")).ShouldBe(
            ["tls.certificate cannot be read: Could not find a part of the path '/nowhere/c.pem'.", "tls.trustedCertificates cannot be read: Could not find a part of the path '/nowhere/ca.pem'."]);
    }

    [Theory]
    [InlineData("http://127.0.0.1:80", false, false, null)]
    [InlineData("http://[::1]:80", false, false, null)]
    [InlineData("http://localhost:80", false, true, null)]
    [InlineData("http://0.0.0.0:80", true, false, null)]
    [InlineData("http://0.0.0.0:80", false, true, "clear text off loopback is refused")]
    [InlineData("http://10.0.0.1:80", false, false, "clear text off loopback is refused")]
    [InlineData("https://0.0.0.0:443", false, true, null)]
    [InlineData("https://127.0.0.1:443", true, false, "https needs a certificate")]
    [InlineData("https://chat.example:443", false, true, "give the IP address")]
    [InlineData("ftp://127.0.0.1:21", true, true, "must be an address")]
    public void Address_IsListenedAt_WhereItIsSafe(string url, bool allowClearText, bool hasCertificate, string? why)
    {
        var reason = Listening.WhyNot("listen", url, allowClearText, hasCertificate);
        if (why is null) reason.ShouldBeNull();
        else reason.ShouldNotBeNull().ShouldContain(why);
    }
}
