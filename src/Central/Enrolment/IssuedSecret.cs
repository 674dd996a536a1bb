using System.Text.RegularExpressions;

namespace IntraMessenger.Central.Enrolment;

/// <summary>A secret that was made for a name, or one sentence why not.</summary>
/// <param name="Exists">Whether the only obstacle is that the name exists.</param>
internal sealed partial record IssuedSecret(string? Secret, string? WhyNot = null, bool Exists = false)
{
    public const string NameRule = "1 to 64 letters, digits, '.', '_' or '-'";

    /// <summary>Null where <paramref name="name"/> can be a name.</summary>
    public static IssuedSecret? WhyNotNamed(string name) => Name().IsMatch(name) ? null : new(null, $"'{name}' cannot be a name: it has {NameRule}.");

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,64}\z")]
    private static partial Regex Name();
}
