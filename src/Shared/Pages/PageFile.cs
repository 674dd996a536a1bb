using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;

namespace IntraMessenger.Shared.Pages;

/// <summary>One way in which a file can be sent.</summary>
/// <param name="ETag">Strong: the hash of these very bytes.</param>
public sealed record PageContent(byte[] Bytes, string ETag);

/// <summary>One file of a page, compressed when it was built.</summary>
/// <param name="Path">Below the address of the page; empty for the page itself.</param>
/// <param name="IsFingerprinted">Its name changes with its content: it may be kept for ever.</param>
/// <param name="Encodings">By <c>Content-Encoding</c>, the best first.</param>
public sealed record PageFile(string Path, string ContentType, bool IsFingerprinted, PageContent Plain, IReadOnlyList<(string Name, PageContent Content)> Encodings);

/// <summary>The files of the page that is part of a program (src/Web/Embed.targets).</summary>
public sealed record PageFiles(IReadOnlyList<PageFile> All)
{
    /// <summary>The prefix of the resources that the build puts into the program.</summary>
    private const string Prefix = "page/";

    private static readonly FrozenDictionary<string, string> ContentTypes = new Dictionary<string, string>
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".webmanifest"] = "application/manifest+json",
        [".json"] = "application/json",
    }.ToFrozenDictionary();

    public static PageFiles Of(Assembly program)
    {
        var names = program.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).ToHashSet();
        return new PageFiles([.. names.Where(name => ContentTypes.ContainsKey(System.IO.Path.GetExtension(name))).Select(name => Read(program, name, names))]);
    }

    private static PageFile Read(Assembly program, string name, HashSet<string> names)
    {
        var path = name[Prefix.Length..];
        var encodings = new[] { ("br", name + ".br"), ("gzip", name + ".gz") }.Where(encoding => names.Contains(encoding.Item2));
        return new PageFile(
            path == "index.html" ? "" : path, ContentTypes[System.IO.Path.GetExtension(name)], path.StartsWith("assets/", StringComparison.Ordinal),
            ReadContent(program, name), [.. encodings.Select(encoding => (encoding.Item1, ReadContent(program, encoding.Item2)))]);
    }

    private static PageContent ReadContent(Assembly program, string name)
    {
        using var resource = program.GetManifestResourceStream(name)!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return new PageContent(bytes, $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..32]}\"");
    }
}
