namespace IntraMessenger.Load.Faults;

/// <summary>One thing that can happen to a cluster under load.</summary>
/// <param name="Name">As the table and <c>--faults</c> call it.</param>
/// <param name="Scenario">The cluster that it needs.</param>
/// <param name="Length">How long it lasts, from its begin to its end.</param>
/// <param name="BeginAsync">Makes it happen. What it is about is drawn: <see cref="FaultyCluster.Victim"/>.</param>
/// <param name="EndAsync">Repairs it; comes back when what was broken is there again.</param>
/// <param name="Sign">What shows that it happens.</param>
public sealed record Fault(string Name, Scenario Scenario, TimeSpan Length, Func<FaultyCluster, Task> BeginAsync, Func<FaultyCluster, Task> EndAsync, FaultSign Sign)
{
    /// <summary>What this machine has not that the fault needs; null where it is possible.</summary>
    public string? WhyNot { get; init; }

    public static IReadOnlyList<Fault> All { get; } = [.. ProcessFaults.All, .. WayFaults.All];

    /// <summary>Those with these names, separated by commas; all that are possible where there is none.</summary>
    public static IReadOnlyList<Fault> Named(string? names) => names is null ? [.. All.Where(fault => fault.WhyNot is null)] : [.. names.Split(',', StringSplitOptions.TrimEntries).Select(Find)];

    private static Fault Find(string name)
    {
        var found = All.FirstOrDefault(fault => fault.Name == name) ?? throw new LoadException($"There is no fault '{name}': {string.Join(", ", All.Select(fault => fault.Name))}.");
        return found.WhyNot is null ? found : throw new LoadException($"{name}: {found.WhyNot}");
    }
}
