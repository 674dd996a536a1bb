namespace IntraMessenger.Launcher.Clusters;

/// <summary>Responsible for the local file that each program of the cluster starts with (docs/operations.md describes them).</summary>
internal sealed class LocalFiles(ClusterFolder folder, string connectionString, string? broker, FarNodes? far, Relays? relays, ClusterTls? tls)
{
    public void WriteControl(Member control) => OwnerOnly.WriteJson(folder.Config(control.Name), new
    {
        roles = new[] { "control" },
        management = control.Management,
        data = folder.Data(control.Name),
        store = new { connectionString },
        tls,
        telemetry = new { instance = control.Name },
    });

    public void WriteGateway(Member gateway, IReadOnlyList<Member> controls, string key) => OwnerOnly.WriteJson(folder.Config(gateway.Name), new
    {
        roles = new[] { "gateway" },
        listen = gateway.Url,
        management = gateway.Management,
        data = folder.Data(gateway.Name),
        control = new { addresses = controls.Select(control => control.Url), key },
        tls,
        telemetry = new { instance = gateway.Name },
    });

    public void WriteNode(Member node, IReadOnlyList<Member> controls, string key)
    {
        var isFar = far is not null && far.Names.Contains(node.Name);
        var advertisedManagement = relays?.Signals.AddressOf(node.Management) ?? node.Management;
        OwnerOnly.WriteJson(folder.Config(node.Name), new
        {
            name = node.Name,
            listen = node.Url,
            management = node.Management,
            advertised = node.Url,
            // What far nodes send their signals to.
            advertisedManagement = far is null || isFar ? advertisedManagement : far.Line.Forward(advertisedManagement),
            allowClearText = isFar,
            region = isFar ? "far" : "",
            data = folder.Data(node.Name),
            store = new { connectionString = isFar ? StoreFromAfar() : connectionString },
            control = new { addresses = controls.Select(control => isFar ? far!.Line.Forward(control.Url) : control.Url), key },
            tls,
            signals = broker is null ? null : new { transport = "rabbitmq", rabbitmq = new { uri = isFar ? far!.Line.Forward(broker) : broker } },
        });
    }

    private string StoreFromAfar() => StoreAddresses.Move(connectionString, port =>
    {
        far!.Line.Forward(port);
        return (far.Line.NearAddress, port);
    });
}
