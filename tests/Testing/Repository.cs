namespace IntraMessenger.Testing;

/// <summary>Responsible for files of the repository that tests look at.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string Find()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at!.FullName, "IntraMessenger.sln"))) at = at.Parent;
        return at.FullName;
    }
}
