using IntraMessenger.Shared.Cluster;
using Microsoft.Extensions.Logging.Abstractions;

namespace IntraMessenger.Shared.Tests.Cluster;

public sealed class LastGoodFileTests : IDisposable
{
    private sealed record Document(string Text);

    private readonly string _folder = Directory.CreateTempSubdirectory("im-copy-").FullName;

    private string PathOfCopy => Path.Combine(_folder, "data", "copy.json");

    private LastGoodFile<Document> File => new(PathOfCopy, NullLogger.Instance);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Saved_IsLoadedAsItWasAndReadableByItsOwnerOnly()
    {
        var copy = new LastGood<Document>("\"e\"", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), new Document("é"));
        File.Save(copy);
        File.Load().ShouldBe(copy);
        System.IO.File.GetUnixFileMode(PathOfCopy).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void Nothing_IsLoadedWhereNothingWasSaved() => File.Load().ShouldBeNull();

    [Fact]
    public void Damaged_AnywhereInTheFile_IsNotUsed()
    {
        File.Save(new LastGood<Document>("\"e\"", DateTimeOffset.UnixEpoch, new Document("text")));
        var good = System.IO.File.ReadAllBytes(PathOfCopy);
        for (var at = 0; at < good.Length; at++)
        {
            var damaged = (byte[])good.Clone();
            damaged[at] ^= 1;
            System.IO.File.WriteAllBytes(PathOfCopy, damaged);
            File.Load().ShouldBeNull($"byte {at}");
            System.IO.File.WriteAllBytes(PathOfCopy, good[..at]);
            File.Load().ShouldBeNull($"cut off after {at} bytes");
        }
    }

    [Fact]
    public void Save_WhereTheDiskRefuses_IsSurvived()
    {
        System.IO.File.WriteAllText(Path.Combine(_folder, "data"), "a file where the folder should be");
        File.Save(new LastGood<Document>("\"e\"", DateTimeOffset.UnixEpoch, new Document("text")));
        File.Load().ShouldBeNull();
    }
}
