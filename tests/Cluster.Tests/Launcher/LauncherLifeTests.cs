using IntraMessenger.Launcher;
using IntraMessenger.Launcher.Clusters;

namespace IntraMessenger.Cluster.Tests.Launcher;

/// <summary>What dies stays dead, what is stopped is gone, and what a developer has changed is there after the next start.</summary>
public sealed class LauncherLifeTests(LaunchedCluster cluster) : IClassFixture<LaunchedCluster>
{
    [Fact]
    public async Task DeadNode_IsToldByStatus_AndDownLeavesNoProcess_AndUpKeepsWhatWasThere()
    {
        var first = cluster.Description;
        (await cluster.StatusAsync()).Code.ShouldBe(0);

        using (var console = new ConsoleClient(first.Console))
        {
            (await console.SignInAsync(first.Admin.Username, first.Admin.Password)).ShouldBeTrue();
            await console.SaveAsync("a", "Only those who were invited", new Dictionary<string, object?> { ["accounts.registration"] = "closed" });
        }

        BackgroundProcess.Signal(first.Nodes[1].Pid, BackgroundProcess.SigKill);
        await Task.Delay(500);
        var status = await cluster.StatusAsync();
        status.Code.ShouldBe(1);
        var line = status.Output.Split('\n').Single(text => text.Contains("node-a2"));
        line.ShouldContain("no");
        line.ShouldContain("it has ended");
        status.Output.Split('\n').Single(text => text.Contains("node-a1")).ShouldNotContain("ended");

        var pids = cluster.Pids.ToArray();
        var down = await cluster.DownAsync();
        down.Code.ShouldBe(0);
        pids.ShouldAllBe(pid => !BackgroundProcess.IsAlive(pid));
        LauncherTests.Processes(cluster.Folder).ShouldBeEmpty();
        File.Exists(Path.Combine(cluster.Folder, "cluster.json")).ShouldBeFalse();
        (await cluster.StatusAsync()).Code.ShouldBe(1);
        (await cluster.DownAsync()).Output.ShouldContain("No cluster runs");

        // A description that a power cut left, with the ids of processes that are others by now, is in nobody's way.
        await File.WriteAllTextAsync(Path.Combine(cluster.Folder, "cluster.json"), "{\"gatewayPid\":1}");
        var again = await cluster.UpAsync();
        again.Code.ShouldBe(0, again.Errors);
        cluster.Description.Admin.ShouldBe(first.Admin);
        cluster.Description.People.ShouldBe(first.People);
        using (var console = new ConsoleClient(first.Console))
        {
            (await console.SignInAsync(first.Admin.Username, first.Admin.Password)).ShouldBeTrue();
            var options = (await console.ReadAsync("a")).ShouldNotBeNull().GetProperty("options");
            options.GetProperty("accounts.registration").GetString().ShouldBe("closed");
            options.GetProperty("limits.signInsPerMinute").GetInt32().ShouldBe(0);
        }
    }

    [Fact]
    public async Task Up_AfterItsSecretsWereLost_MakesNewOnes()
    {
        var before = cluster.Description;
        (await cluster.DownAsync()).Code.ShouldBe(0);
        File.Delete(Path.Combine(cluster.Folder, "secrets.json"));

        var again = await cluster.UpAsync();
        again.Code.ShouldBe(0, again.Errors);
        again.Output.ShouldContain("bob exists in this store already; the password is not known here");
        cluster.Description.People.ShouldBeEmpty();
        cluster.Description.Admin.Password.ShouldNotBe(before.Admin.Password);
        using var console = new ConsoleClient(before.Console);
        (await console.SignInAsync(before.Admin.Username, before.Admin.Password)).ShouldBeFalse();
        (await console.SignInAsync(before.Admin.Username, cluster.Description.Admin.Password)).ShouldBeTrue();
    }
}
