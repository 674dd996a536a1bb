using System.Net;
using Dapper;
using IntraMessenger.Central.Settings;
using IntraMessenger.Central.Tests.Infrastructure;
using IntraMessenger.Launcher;
using IntraMessenger.Launcher.Lines;
using IntraMessenger.Shared.Store;
using IntraMessenger.Testing;

namespace IntraMessenger.Central.Tests.Settings;

/// <summary>The store did the COMMIT, and its answer never came.</summary>
[Collection(nameof(StoreCollection))]
public sealed class LostCommitTests(StoreFixture fixture)
{
    private static readonly SavedBy By = new("root", "");

    [Fact]
    public async Task Creation_WhoseCommitWasNotAnswered_IsOneOfItsOwn()
    {
        var database = await fixture.MigratedDatabaseAsync();
        await using var lossy = new LossyCommit(database);
        (await new PolicySetStore(lossy.Store).AddAsync("gold", "g", SheetContent.Empty, By)).ShouldBeTrue();
        lossy.Again();
        (await new RoleStore(lossy.Store).AddAsync("Support", SheetContent.Empty with { Priority = 1 }, By)).ShouldBeTrue();
        lossy.Lost.ShouldBe(2);

        (await new PolicySetStore(lossy.Store).AddAsync("gold", "g", SheetContent.Empty, By)).ShouldBeFalse("that one is there, and not its own");
        (await new RoleStore(lossy.Store).AddAsync("support", SheetContent.Empty, By)).ShouldBeFalse();
        var kept = await StoreFixture.Store(database).RunAsync(connection => connection.QueryAsync<(string Kind, long Revision)>(
            "SELECT kind, COUNT(*) FROM settings_revisions WHERE owner_id > 2 OR kind = 'role' GROUP BY kind ORDER BY kind"));
        kept.ShouldBe([("role", 1), ("set", 1)]);
    }

    /// <summary>A store on a line that breaks where the answer to a COMMIT would come.</summary>
    private sealed class LossyCommit : ICommitGuard, IAsyncDisposable
    {
        private readonly TcpForward _line;
        private bool _loses = true;

        public LossyCommit(string connectionString)
        {
            var port = connectionString.Split(';').Single(part => part.StartsWith("Port=", StringComparison.Ordinal));
            _line = new(new(IPAddress.Loopback, FreePort.Next()), int.Parse(port[5..]));
            Store = StoreFixture.Store(connectionString.Replace(port, $"Port={_line.Port}"), this);
        }

        public Store Store { get; }

        public int Lost { get; private set; }

        public void Again() => _loses = true;

        // Asked immediately before the COMMIT: the next answer is its.
        void ICommitGuard.ThrowIfClosed()
        {
            if (!_loses) return;
            _loses = false;
            _line.AnswerDelay = () =>
            {
                (_line.AnswerDelay, Lost) = (null, Lost + 1);
                _line.Cut();
                _line.Mend();
                return TimeSpan.Zero;
            };
        }

        public ValueTask DisposeAsync() => _line.DisposeAsync();
    }
}
