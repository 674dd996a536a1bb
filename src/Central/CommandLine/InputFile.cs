using System.CommandLine;

namespace IntraMessenger.Central.CommandLine;

/// <summary>Responsible for a file that a command reads: never more of it than such a file may have.</summary>
internal static class InputFile
{
    public static Argument<string> Argument(string description) => new("FILE") { Description = description };

    public static byte[] Read(string path, int most)
    {
        using var file = File.OpenRead(path);
        var bytes = new byte[most + 1];
        var read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return read <= most ? bytes[..read] : throw new InvalidDataException($"{path} is too large: it may have {most} bytes at the most.");
    }
}
