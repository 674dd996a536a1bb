using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Shared.Cluster;

/// <summary>Section <c>control</c> of the local file of a node or a gateway: where control is, and the key it knows us by.</summary>
public sealed class ControlOptions
{
    /// <summary>Management addresses of the controls; the next one is asked when one does not answer.</summary>
    [MinLength(1, ErrorMessage = "control.addresses is empty: name the management address of Central, such as https://10.0.0.1:8081.")]
    public Uri[] Addresses { get; set; } = [];

    /// <summary>The enrolment key that 'Central nodes add' or 'Central gateways add' printed. A secret: never logged.</summary>
    [Required(ErrorMessage = "control.key is missing: 'Central nodes add NAME --set a' (or 'gateways add NAME') prints it.")]
    public string Key { get; set; } = "";

    /// <summary>Null where all addresses can be called, else a sentence.</summary>
    public string? WhyNot(bool allowClearText) =>
        Array.Find(Addresses, address => !address.IsAbsoluteUri || address.Scheme is not ("http" or "https")) is { } wrong
            ? $"control.addresses has '{wrong}'; it must be an address such as https://10.0.0.1:8081."
            : Array.Find(Addresses, address => address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback && !allowClearText) is { } clear
                ? $"control.addresses has '{clear}': clear text off loopback is refused, and would show control.key to others. Write https://, or set allowClearText to true where the network is trusted."
                : null;
}

internal sealed class ControlOptionsValidator(IConfiguration configuration) : IValidateOptions<ControlOptions>
{
    public ValidateOptionsResult Validate(string? name, ControlOptions options) =>
        options.WhyNot(configuration.GetValue<bool>("allowClearText")) is { } reason ? ValidateOptionsResult.Fail(reason) : ValidateOptionsResult.Success;
}
