using System.ComponentModel.DataAnnotations;

namespace IntraMessenger.Shared.Cluster;

/// <summary>Section <c>control</c> of the local file of a node or a gateway: where control is, and the key it knows us by.</summary>
public sealed class ControlOptions
{
    /// <summary>Management addresses of the controls; the next one is asked when one does not answer.</summary>
    [MinLength(1, ErrorMessage = "control.addresses is empty: name the management address of Central, such as http://10.0.0.1:8081.")]
    public Uri[] Addresses { get; set; } = [];

    /// <summary>The enrolment key that 'Central nodes add' or 'Central gateways add' printed. A secret: never logged.</summary>
    [Required(ErrorMessage = "control.key is missing: 'Central nodes add NAME --set a' (or 'gateways add NAME') prints it.")]
    public string Key { get; set; } = "";
}
