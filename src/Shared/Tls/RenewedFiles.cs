using System.Security.Cryptography;
using System.Text;

namespace IntraMessenger.Shared.Tls;

/// <summary>
/// Responsible for something that is read from files which others replace while the program runs. Contents are compared, at every look:
/// files are written in place, renamed over each other, or lie behind links that change, and no watching sees all of that.
/// </summary>
internal sealed class RenewedFiles<T> where T : class
{
    private readonly (string Name, string Path)[] _files;
    private readonly Func<string[], T> _read;
    private volatile T _current;
    private string _inForce;
    private string _seen;

    /// <param name="files">The name of each in the local file, and where it is.</param>
    /// <param name="read">Makes it of their contents, or throws <see cref="ArgumentException"/> with a sentence.</param>
    public RenewedFiles((string Name, string Path)[] files, Func<string[], T> read)
    {
        (_files, _read) = (files, read);
        var contents = Contents();
        _current = read(contents);
        _seen = _inForce = Mark(contents);
    }

    public T Current => _current;

    /// <summary>Why what is in the files now is not in force; null where it is.</summary>
    public string? RefusedBecause { get; private set; }

    /// <summary>
    /// Puts in force what is in the files now, and answers whether that is something else than before. What has just changed is left for the
    /// next look: somebody may still be writing it, or about to replace the other file.
    /// </summary>
    /// <param name="whyNot">A last objection, or null.</param>
    public bool Look(Func<T, string?> whyNot)
    {
        try
        {
            var contents = Contents();
            var there = Mark(contents);
            var settled = there == _seen;
            _seen = there;
            if (!settled) return false;
            if (there == _inForce)
            {
                RefusedBecause = null;
                return false;
            }

            var next = _read(contents);
            RefusedBecause = whyNot(next);
            if (RefusedBecause is not null) return false;
            (_current, _inForce) = (next, there);
            return true;
        }
        catch (ArgumentException e)
        {
            RefusedBecause = e.Message;
            return false;
        }
    }

    private string[] Contents() => Array.ConvertAll(_files, file =>
    {
        try
        {
            return File.ReadAllText(file.Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"{file.Name} cannot be read: {e.Message}");
        }
    });

    private static string Mark(string[] contents) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', contents))));
}
