using IntraMessenger.Load.Faults;

namespace IntraMessenger.Load.Tests;

public sealed class FaultPlanTests
{
    private static FaultPlan Plan(int seed) => new() { Faults = Fault.All, Folder = "", Seed = seed, Turns = 3 };

    [Fact]
    public void Draw_OfTheSameSeed_IsTheSame()
    {
        Plan(7).Draw(Scenario.Http, nodes: 3).ShouldBe(Plan(7).Draw(Scenario.Http, nodes: 3));
        Plan(7).Draw(Scenario.Http, nodes: 3).ShouldNotBe(Plan(8).Draw(Scenario.Http, nodes: 3));
    }

    [Fact]
    public void Draw_HasEachFaultOfTheScenarioSoOften_AtEachNodeOnce()
    {
        var turns = Plan(7).Draw(Scenario.Http, nodes: 3);
        turns.Select(turn => turn.Fault).Distinct().ShouldBe(Fault.All.Where(fault => fault.Scenario == Scenario.Http), ignoreOrder: true);
        foreach (var fault in turns.GroupBy(turn => turn.Fault)) fault.Select(turn => turn.Node).Order().ShouldBe([0, 1, 2]);
    }

    [Fact]
    public void Faults_OfAnUnknownName_AreRefused() => Should.Throw<LoadException>(() => Fault.Named("node killed,nothing")).Message.ShouldContain("'nothing'");
}
