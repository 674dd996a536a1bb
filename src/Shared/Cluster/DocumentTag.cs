using System.Buffers.Text;
using System.Security.Cryptography;

namespace IntraMessenger.Shared.Cluster;

/// <summary>Responsible for the ETag of a document of control: a hash of it, so that two controls give the same one, and whoever reads it can tell whether it is whole.</summary>
public static class DocumentTag
{
    public static string Of(ReadOnlySpan<byte> content) => $"\"{Base64Url.EncodeToString(SHA256.HashData(content).AsSpan(0, 18))}\"";
}
