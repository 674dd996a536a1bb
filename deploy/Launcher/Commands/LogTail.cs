using System.Text;
using IntraMessenger.Launcher.Clusters;
using Spectre.Console;

namespace IntraMessenger.Launcher.Commands;

/// <summary>Responsible for showing what all programs log as it happens, each line with the name of its program.</summary>
internal sealed class LogTail(LocalCluster cluster)
{
    private static readonly string[] Colors = ["teal", "olive", "green", "blue", "purple", "maroon"];

    private readonly int _width = cluster.Members.Max(member => member.Name.Length);

    /// <summary>Until the token is cancelled (answers false), or everything was stopped from elsewhere (answers true).</summary>
    public async Task<bool> FollowAsync(CancellationToken interrupted)
    {
        var followed = cluster.Members.Select((member, index) => new Followed(member, Colors[index % Colors.Length])).ToArray();
        try
        {
            while (!interrupted.IsCancellationRequested)
            {
                foreach (var log in followed) Show(log);
                if (followed.All(log => log.HasEnded)) return true;
                await Task.Delay(200, interrupted);
            }
        }
        catch (OperationCanceledException)
        {
            // the usual end
        }
        finally
        {
            foreach (var log in followed) log.Dispose();
        }

        return false;
    }

    private void Show(Followed log)
    {
        var ended = !log.HasEnded && !log.Member.IsAlive;
        foreach (var line in log.NewLines()) Write(log, Markup.Escape(line));
        if (!ended) return;
        log.HasEnded = true;
        Write(log, $"[red]has ended; its log is {Markup.Escape(log.Member.Log)}[/]");
    }

    private void Write(Followed log, string markup) => Terminal.Out.MarkupLine($"[{log.Color}]{log.Member.Name.PadRight(_width)}[/] {markup}");

    private sealed class Followed : IDisposable
    {
        private readonly FileStream _file;
        private readonly List<byte> _unfinished = [];

        public Followed(Member member, string color)
        {
            Member = member;
            Color = color;
            _file = new FileStream(member.Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            _file.Seek(0, SeekOrigin.End);
        }

        public Member Member { get; }

        public string Color { get; }

        public bool HasEnded { get; set; }

        public IEnumerable<string> NewLines()
        {
            var buffer = new byte[8192];
            while (_file.Read(buffer) is var count and > 0)
            {
                foreach (var part in buffer.Take(count))
                {
                    if (part != '\n')
                    {
                        _unfinished.Add(part);
                        continue;
                    }

                    yield return Encoding.UTF8.GetString([.. _unfinished]);
                    _unfinished.Clear();
                }
            }
        }

        public void Dispose() => _file.Dispose();
    }
}
