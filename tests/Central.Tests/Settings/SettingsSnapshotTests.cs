using IntraMessenger.Central.Settings;
using IntraMessenger.Shared.Contracts;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Central.Tests.Settings;

public sealed class SettingsSnapshotTests
{
    [Fact]
    public void Nodes_OfNewerCatalogues_ShareOneDocument()
    {
        var snapshot = new SettingsSnapshot(new("epoch", 1, 1),
            [new(SheetId.Cluster, "", "", 1, SheetContent.Empty), new(new(SheetKind.Set, 1), "a", "a", 1, SheetContent.Empty)], "a2V5", DateTime.UnixEpoch, DateTimeOffset.UnixEpoch);
        var node = new NodeIdentity(1, "n");
        var ours = snapshot.For(node, 1, OptionCatalogue.Version).ShouldNotBeNull();
        snapshot.For(node, 1, OptionCatalogue.Version + 1).ShouldBeSameAs(ours);
        snapshot.For(node, 1, int.MaxValue).ShouldBeSameAs(ours);
        snapshot.For(node, 1, OptionCatalogue.Version - 1).ShouldNotBeNull().ETag.ShouldNotBe(ours.ETag);
    }
}
