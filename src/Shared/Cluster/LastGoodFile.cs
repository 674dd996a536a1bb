using System.Security.Cryptography;
using System.Text.Json;
using IntraMessenger.Shared.Hosting;
using Microsoft.Extensions.Logging;

namespace IntraMessenger.Shared.Cluster;

/// <summary>A document, its ETag and when it was last confirmed by control.</summary>
public sealed record LastGood<T>(string ETag, DateTimeOffset ConfirmedAt, T Document);

/// <summary>
/// Responsible for the last good copy of a document on disk: readable by its owner only, checksummed, replaced at once or not at all.
/// </summary>
public sealed partial class LastGoodFile<T>(string path, ILogger logger) where T : class
{
    public LastGood<T>? Load()
    {
        if (!File.Exists(path)) return null;
        try
        {
            var content = File.ReadAllBytes(path);
            var end = Array.IndexOf(content, (byte)'\n');
            if (end < 0 || Convert.ToHexString(SHA256.HashData(content.AsSpan(end + 1))) != System.Text.Encoding.ASCII.GetString(content, 0, end))
            {
                Log.Damaged(logger, path, "its checksum is wrong");
                return null;
            }

            return JsonSerializer.Deserialize<LastGood<T>>(content.AsSpan(end + 1), Json.Options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            Log.Damaged(logger, path, e.Message);
            return null;
        }
    }

    /// <summary>A disk that cannot be written is told and survived: the program goes on with what it has in memory.</summary>
    public void Save(LastGood<T> copy)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var json = JsonSerializer.SerializeToUtf8Bytes(copy, Json.Options);
            var temporary = path + ".new";
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var file = new FileStream(temporary, options))
            {
                file.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToHexString(SHA256.HashData(json)) + "\n"));
                file.Write(json);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotSaved(logger, path, e.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1200, LogLevel.Warning, "The last good copy {Path} is not used: {Reason}")]
        public static partial void Damaged(ILogger logger, string path, string reason);

        [LoggerMessage(1201, LogLevel.Warning, "The last good copy {Path} could not be written: {Reason}")]
        public static partial void NotSaved(ILogger logger, string path, string reason);
    }
}
