using System.Security.Cryptography;
using IntraMessenger.Node.Settings;

namespace IntraMessenger.Node.Signals;

/// <summary>
/// Responsible for telling signals of this cluster's nodes from anything else: an HMAC with the cluster key over the body. A replay does
/// nothing: what it brings has been given by then, and goes by its number.
/// </summary>
internal sealed class SignalSignature(PolicySet settings)
{
    public const string Header = "X-IntraMessenger-Signature";

    /// <summary>Null while there are no settings and so no key.</summary>
    public string? Sign(ReadOnlySpan<byte> body) => settings.ClusterKey is { } key ? Convert.ToHexString(HMACSHA256.HashData(key, body)) : null;

    public bool IsGood(ReadOnlySpan<byte> body, string? signature)
    {
        if (settings.ClusterKey is not { } key || signature is not { Length: 64 }) return false;
        Span<byte> given = stackalloc byte[32];
        return Convert.FromHexString(signature, given, out _, out _) == System.Buffers.OperationStatus.Done
            && CryptographicOperations.FixedTimeEquals(given, HMACSHA256.HashData(key, body));
    }
}
