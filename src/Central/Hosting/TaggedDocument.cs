using System.Text.Json;
using IntraMessenger.Shared.Cluster;
using IntraMessenger.Shared.Hosting;

namespace IntraMessenger.Central.Hosting;

/// <summary>A document as it goes over the wire. Two controls give it the same ETag.</summary>
internal sealed record TaggedDocument(byte[] Content, string ETag)
{
    public static TaggedDocument Of<T>(T document)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(document, Json.Options);
        return new(content, DocumentTag.Of(content));
    }
}
