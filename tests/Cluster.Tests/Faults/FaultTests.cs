using System.Reflection;
using IntraMessenger.Cluster.Tests.Support;
using IntraMessenger.Load.Faults;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace IntraMessenger.Cluster.Tests.Faults;

/// <summary>W6 of the load tool: short, each fault once, in every run; by hand each three times and as long as docs/performance.md says.</summary>
[Collection(nameof(FaultCollection))]
public sealed class FaultTests(ITestOutputHelper output)
{
    [Theory]
    [ScenarioData("http", IsInShort = true)]
    [ScenarioData("rabbitmq", IsInShort = true)]
    [ScenarioData("relayed")]
    [ScenarioData("disk")]
    [ScenarioData("far")]
    [ScenarioData("galera")]
    public async Task EveryFault_UnderLoad_LosesRepeatsAndMisordersNothing(string scenario)
    {
        var folder = Directory.CreateTempSubdirectory("im-faults-").FullName;
        var faults = Fault.All.Where(fault => fault.Scenario.Name == scenario).ToArray();
        var plan = new FaultPlan
        {
            Faults = [.. faults.Where(fault => fault.WhyNot is null)],
            LeftOut = [.. faults.Where(fault => fault.WhyNot is not null)],
            Folder = folder,
            Seed = 7,
            Turns = 3,
        };
        var report = await new FaultSuite(ScenarioDataAttribute.IsLong ? plan : Short(plan), _ => { }, output.WriteLine).RunAsync();

        report.Failures.ShouldBeEmpty($"seed {plan.Seed}, {folder}");
        report.Rows.Select(row => row.Fault).ShouldBe(plan.Faults.Select(fault => fault.Name), ignoreOrder: true);
        Directory.Delete(folder, recursive: true);
    }

    private static FaultPlan Short(FaultPlan plan) => plan with
    {
        Turns = 1,
        People = 20,
        Around = TimeSpan.FromSeconds(3),
        Rest = TimeSpan.FromSeconds(0.5),
        LeastAround = 0, // it may all lie in an outage; that the load goes on afterwards, each recovery proves
    };
}

/// <summary>One scenario, skipped with the reason where none of its faults is possible. In the short form the means of some have tests of their own, which are shorter.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class ScenarioDataAttribute : DataAttribute
{
    private readonly string _scenario;

    public ScenarioDataAttribute(string scenario)
    {
        _scenario = scenario;
        var faults = Fault.All.Where(fault => fault.Scenario.Name == scenario).ToArray();
        if (faults.All(fault => fault.WhyNot is not null)) Skip = faults[0].WhyNot;
    }

    public static bool IsLong { get; } = Environment.GetEnvironmentVariable("INTRAMESSENGER_TEST_ALL") is { Length: > 0 };

    public bool IsInShort { get; set; }

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => IsLong || IsInShort ? [[_scenario]] : [];
}
