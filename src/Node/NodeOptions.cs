using System.ComponentModel.DataAnnotations;

namespace IntraMessenger.Node;

/// <summary>The node's local file: who it is and where it listens. Everything else comes from Central.</summary>
public sealed class NodeOptions
{
    /// <summary>Its name in logs until Central tells the enrolled one.</summary>
    [Required(ErrorMessage = "name is missing: the name that this node was enrolled under.")]
    public string Name { get; set; } = "";

    /// <summary>Where clients and gateways reach it, such as <c>http://127.0.0.1:8101</c>, or <c>https://</c> with a certificate in section <c>tls</c>.</summary>
    [Required(ErrorMessage = "listen is missing: the address for clients, such as http://127.0.0.1:8101.")]
    public string Listen { get; set; } = "";

    /// <summary>Where other nodes, health checks and Prometheus reach it.</summary>
    [Required(ErrorMessage = "management is missing: the address for other nodes and health checks, such as http://127.0.0.1:8201.")]
    public string Management { get; set; } = "";

    /// <summary>What gateways call it by; <see cref="Listen"/> unless said. With https the certificate must be for this name or address.</summary>
    public string? Advertised { get; set; }

    /// <summary>What other nodes, and gateways' probes, call it by; <see cref="Management"/> unless said. With https as above.</summary>
    public string? AdvertisedManagement { get; set; }

    /// <summary>Shown in the console.</summary>
    public string Region { get; set; } = "";

    /// <summary>The folder of the last good settings.</summary>
    [Required(ErrorMessage = "data is missing: the folder where the last good settings are kept.")]
    public string Data { get; set; } = "";

    /// <summary>Whether clear text is accepted on addresses other than loopback.</summary>
    public bool AllowClearText { get; set; }

    public string PublicUrl => Advertised ?? Listen;

    public string ManagementUrl => AdvertisedManagement ?? Management;
}
