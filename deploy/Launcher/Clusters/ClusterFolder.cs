namespace IntraMessenger.Launcher.Clusters;

/// <summary>Responsible for where things of a cluster are, all below one folder that only its owner may enter.</summary>
internal sealed class ClusterFolder
{
    public ClusterFolder(string path)
    {
        Root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        MariaDb = Path.Combine(Root, "mariadb");
        RabbitMq = Path.Combine(Root, "rabbitmq");
        Description = Path.Combine(Root, "cluster.json");
    }

    public string Root { get; }

    public string MariaDb { get; }

    public string RabbitMq { get; }

    /// <summary>Exists while the cluster runs.</summary>
    public string Description { get; }

    public string Secrets => Path.Combine(Root, "secrets.json");

    public string Ports => Path.Combine(Root, "ports.json");

    public string Programs => Path.Combine(Root, "programs");

    public string Config(string name) => Path.Combine(Root, "config", name + ".json");

    public string Log(string name) => Path.Combine(Root, "logs", name + ".log");

    public string Data(string name) => Path.Combine(Root, "data", name);

    public void Make()
    {
        foreach (var folder in new[] { Root, MariaDb, Path.Combine(Root, "config"), Path.Combine(Root, "data"), Path.Combine(Root, "logs") })
            OwnerOnly.MakeFolder(folder);
        // A log is of one run; the one before is kept beside it.
        foreach (var log in Directory.GetFiles(Path.Combine(Root, "logs"), "*.log"))
        {
            if (!log.EndsWith(".previous.log", StringComparison.Ordinal)) File.Move(log, Path.ChangeExtension(log, ".previous.log"), overwrite: true);
        }
    }

    /// <summary>Keeps two launchers from starting the same cluster at once; released with the file, also when the launcher is killed.</summary>
    public IDisposable Lock()
    {
        OwnerOnly.MakeFolder(Root);
        try
        {
            return new FileStream(Path.Combine(Root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new LauncherException($"A cluster is being started in {Root} just now: wait for that one.", e);
        }
    }
}
