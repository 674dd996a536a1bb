using Microsoft.Extensions.Configuration;

namespace IntraMessenger.Shared.Tls;

/// <summary>Section <c>tls</c> of a local file: the certificate that the program shows, and whom it believes when it calls others of its cluster.</summary>
public sealed class TlsOptions
{
    /// <summary>A PEM file: the program's own certificate first, then those between it and its authority. All are sent.</summary>
    public string Certificate { get; set; } = "";

    /// <summary>A PEM file: the private key of the first of them.</summary>
    public string Key { get; set; } = "";

    /// <summary>Of a key that is encrypted. A secret: never logged.</summary>
    public string? KeyPassword { get; set; }

    /// <summary>A PEM file: authorities that are believed besides the system's.</summary>
    public string TrustedCertificates { get; set; } = "";

    public bool HasCertificate => Certificate.Length > 0 || Key.Length > 0;

    /// <summary>Adds a sentence to <paramref name="errors"/> for each mistake.</summary>
    public static TlsOptions Read(IConfiguration configuration, List<string> errors)
    {
        var options = configuration.GetSection("tls").Get<TlsOptions>() ?? new TlsOptions();
        AddIfWrong(() => options.ReadCertificate(), errors);
        AddIfWrong(() => options.ReadAuthorities(), errors);
        return options;
    }

    /// <summary>Null where there is none. Throws <see cref="ArgumentException"/> with a sentence.</summary>
    internal RenewedFiles<ServerCertificate>? ReadCertificate()
    {
        if (!HasCertificate) return null;
        if (Certificate.Length == 0 || Key.Length == 0) throw new ArgumentException("tls.certificate and tls.key belong together: name both files.");
        return new([("tls.certificate", Certificate), ("tls.key", Key)], contents => ServerCertificate.Parse(contents[0], contents[1], KeyPassword));
    }

    /// <summary>Null where only the system's are believed. Throws <see cref="ArgumentException"/> with a sentence.</summary>
    internal RenewedFiles<Authorities>? ReadAuthorities() => TrustedCertificates.Length == 0
        ? null
        : new([("tls.trustedCertificates", TrustedCertificates)], contents => new Authorities(Pem.Certificates("tls.trustedCertificates", contents[0])));

    private static void AddIfWrong(Action read, List<string> errors)
    {
        try
        {
            read();
        }
        catch (ArgumentException e)
        {
            errors.Add(e.Message);
        }
    }
}
