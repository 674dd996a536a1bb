using IntraMessenger.Launcher.Clusters;
using Spectre.Console;

namespace IntraMessenger.Launcher.Commands;

/// <summary>Responsible for what a person needs to know of a cluster that has just started.</summary>
internal static class ClusterSummary
{
    public static void Show(LocalCluster cluster)
    {
        var table = new Table().NoBorder().HideHeaders().AddColumns("", "");
        table.AddRow("page", string.Join("   ", cluster.PolicySets.Select(set => $"{cluster.Gateway}/{set}/")));
        table.AddRow("gateway", cluster.Gateway);
        table.AddRow("console", $"{cluster.Console}/console/");
        table.AddRow(LocalCluster.AdminName, $"password {Markup.Escape(cluster.AdminPassword)}");
        foreach (var node in cluster.Nodes) table.AddRow(node.Name, $"{node.Url}/{node.PolicySet}");
        foreach (var person in cluster.People) table.AddRow(person.Username, $"/{person.PolicySet}   password {Markup.Escape(person.Password)}");
        Terminal.Out.WriteLine();
        Terminal.Out.Write(table);
        Terminal.Out.WriteLine();
    }
}
