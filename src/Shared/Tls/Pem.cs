using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace IntraMessenger.Shared.Tls;

/// <summary>Responsible for reading certificates from PEM text, all of them or none.</summary>
internal static class Pem
{
    private const string Begin = "-----BEGIN CERTIFICATE-----";

    /// <summary>Throws <see cref="ArgumentException"/> with a sentence that names the text as <paramref name="name"/>.</summary>
    public static X509Certificate2Collection Certificates(string name, string text)
    {
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPem(text);
        }
        catch (CryptographicException e)
        {
            throw new ArgumentException($"{name}: a certificate in the file cannot be read: {e.Message}");
        }

        if (found.Count == 0) throw new ArgumentException($"{name}: there is no certificate in the file; it must be PEM text with '{Begin}'.");
        // What has no end is passed over by the framework: a file that is half written would lose the rest of its chain.
        return found.Count == text.Split(Begin).Length - 1 ? found : throw new ArgumentException($"{name}: the file ends in the middle of a certificate.");
    }
}
