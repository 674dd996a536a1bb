using System.ComponentModel.DataAnnotations;

namespace IntraMessenger.Central.Console;

/// <summary>Section <c>console</c> of a control's local file.</summary>
internal sealed class ConsoleOptions
{
    /// <summary>How often one address may try to sign in per minute; 0 is no limit.</summary>
    [Range(0, 100_000, ErrorMessage = "console.signInsPerMinute must be from 0 (no limit) to 100000.")]
    public int SignInsPerMinute { get; set; } = 30;
}
