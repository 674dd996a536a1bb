using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace IntraMessenger.Shared.Cluster;

/// <summary>Responsible for secrets that the product makes: 256 random bits, handed out once, stored hashed.</summary>
public static class Secrets
{
    /// <summary>A new secret; the prefix tells a person what it is for.</summary>
    public static string New(string prefix = "") => prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>What is stored of it. A fast hash is right for 256 random bits.</summary>
    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
