using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Central.Hosting;

/// <summary>A document as it goes over the wire. Its ETag is a hash of it, so two controls give the same one.</summary>
internal sealed record TaggedDocument(byte[] Content, string ETag)
{
    public static TaggedDocument Of<T>(T document)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(document, Json.Options);
        return new(content, $"\"{Base64Url.EncodeToString(SHA256.HashData(content).AsSpan(0, 18))}\"");
    }
}
