using System.Globalization;
using IntraMessenger.Cluster.Tests.Launcher;

namespace IntraMessenger.Cluster.Tests.Install;

/// <summary>What somebody has who followed docs/install-systemd.md.</summary>
public sealed class SystemdGuideTests(InstalledMachine machine) : IClassFixture<InstalledMachine>
{
    private static readonly string[] Units = ["control", "gateway", "node@a1"];

    [MachineFact]
    public void Guide_FollowedWordForWord_EndsWithPeopleSignedInThroughTheGateway()
    {
        machine.Run.Code.ShouldBe(0, machine.Run.Output);
        var signedIn = machine.Run.Output.Split('\n').Where(line => line.StartsWith("{\"token\":", StringComparison.Ordinal)).ToArray();
        signedIn.Length.ShouldBe(2);
        signedIn[0].ShouldContain("\"username\":\"ann\"");
        signedIn[0].ShouldContain("\"policySet\":\"a\"");
        signedIn[1].ShouldContain("\"username\":\"ben\"");
        signedIn[1].ShouldContain("\"policySet\":\"b\"");
    }

    [MachineFact]
    public void Units_Installed_RunAsTheirUserAndSeeLittle()
    {
        foreach (var unit in Units)
        {
            machine.Run.Fact($"{unit}.user").ShouldBe("intramessenger:intramessenger");
            machine.Run.Fact($"{unit}.NoNewPrivs").ShouldBe("1");
            machine.Run.Fact($"{unit}.Seccomp").ShouldBe("2", "a filter of system calls");
            machine.Run.Fact($"{unit}.CapBnd").ShouldBe("0000000000000000");
            machine.Run.Fact($"{unit}.CapEff").ShouldBe("0000000000000000");
            machine.Run.Fact($"{unit}.etc").ShouldContain("Read-only file system");
            machine.Run.Fact($"{unit}.others").ShouldContain("Read-only file system");
            machine.Run.Fact($"{unit}.home").ShouldBeEmpty();
            decimal.Parse(machine.Run.Fact($"{unit}.exposure"), CultureInfo.InvariantCulture).ShouldBeLessThan(1.5m, "of 10, as systemd-analyze security counts");
            // Where the tests may not raise it, systemd gives as much as it may.
            var files = long.Parse(machine.Run.Fact($"{unit}.files"));
            files.ShouldBe(Math.Min(524_288, long.Parse(machine.Run.Fact("files.most").Replace("unlimited", "524288"))));
        }

        machine.Run.Fact("verify").ShouldBeEmpty();
    }

    [MachineFact]
    public void Upgrade_FollowedWordForWord_LeavesTheNewVersionRunningAndNoOther()
    {
        var version = machine.Run.Fact("version");
        machine.Run.Fact("programs").ShouldBe("symbolic link 1");
        foreach (var unit in Units) machine.Run.Fact($"{unit}.program").ShouldBe($"/opt/intramessenger/{version}/{(unit.StartsWith("node", StringComparison.Ordinal) ? "node/Node" : "central/Central")}");
    }

    [MachineFact]
    public void Secrets_Installed_AreReadByTheProgramsOnly()
    {
        foreach (var unit in Units)
        {
            machine.Run.Fact($"{unit}.config").ShouldBe("root:intramessenger 640");
            machine.Run.Fact($"{unit}.state").ShouldBe("intramessenger:intramessenger 700");
            machine.Run.Fact($"{unit}.Umask").ShouldBe("0077");
        }

        machine.Run.Fact("copies").ShouldBe("intramessenger 600", "the last good settings hold the key of the cluster");
    }

    [MachineFact]
    public void Node_KilledWithMinus9_IsStartedAgainAndItsPeopleGoOn()
    {
        machine.Run.Fact("killed.restarts").ShouldBe("1");
        machine.Run.Fact("killed.people").ShouldContain("\"username\":\"ann2\"");
    }

    [MachineFact]
    public void Node_WithAWrongFile_SaysWhatIsWrongAndIsNotTriedAgain()
    {
        machine.Run.Fact("wrong.state").ShouldBe("failed 2 0");
        machine.Run.Fact("wrong.journal").ShouldContain("listen is missing");
    }

    [MachineFact]
    public void Node_Stopped_EndsByItselfAndSoon()
    {
        machine.Run.Fact("stopped.result").ShouldBe("success 0");
        int.Parse(machine.Run.Fact("stopped.milliseconds")).ShouldBeLessThan(10_000);
    }

    [MachineFact]
    public void Uninstall_FollowedWordForWord_LeavesNothing()
    {
        foreach (var what in new[] { "files", "processes", "user", "databases", "units" }) machine.Run.Fact($"left.{what}").ShouldBeEmpty();
    }

    [MachineFact]
    public void ThisMachine_AfterIt_IsAsBefore()
    {
        machine.After.ShouldBe(machine.Before);
        LauncherTests.Processes("im-machine-").ShouldBeEmpty();
    }
}
