using IntraMessenger.Load.Faults;
using Xunit.Abstractions;

namespace IntraMessenger.Cluster.Tests.Faults;

/// <summary>W6 of the load tool: short, each fault once, in every run; as long as it is described in docs/performance.md by hand.</summary>
public sealed class FaultTests(ITestOutputHelper output)
{
    private static readonly bool IsLong = Environment.GetEnvironmentVariable("INTRAMESSENGER_TEST_ALL") is { Length: > 0 };

    [Fact]
    public async Task EveryFault_UnderLoad_LosesRepeatsAndMisordersNothing()
    {
        var folder = Directory.CreateTempSubdirectory("im-faults-").FullName;
        var plan = new FaultPlan { Faults = IsLong ? Fault.Named(null) : Short(), Folder = folder, Seed = 7, Turns = 3 };
        var report = await new FaultSuite(IsLong ? plan : Short(plan), _ => { }, output.WriteLine).RunAsync();

        report.Failures.ShouldBeEmpty($"seed {plan.Seed}, {folder}");
        report.Rows.Select(row => row.Fault).ShouldBe(plan.Faults.Select(fault => fault.Name), ignoreOrder: true);
        Directory.Delete(folder, recursive: true);
    }

    // The means of the others have tests of their own, which are shorter.
    private static IReadOnlyList<Fault> Short() => [.. Fault.Named(null).Where(fault => fault.Scenario == Scenario.Http || fault.Scenario == Scenario.RabbitMq)];

    private static FaultPlan Short(FaultPlan plan) => plan with
    {
        Turns = 1,
        People = 20,
        Around = TimeSpan.FromSeconds(3),
        Rest = TimeSpan.FromSeconds(0.5),
        LeastAround = 0, // it may all lie in an outage; that the load goes on afterwards, each recovery proves
    };
}
