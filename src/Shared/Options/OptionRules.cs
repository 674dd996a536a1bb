using System.ComponentModel.DataAnnotations;
using System.Net;

namespace IntraMessenger.Shared.Options;

// What the values of options may be, beyond .NET's own annotations. Each message goes on after the key of the option.

/// <summary>A list of networks, such as <c>10.0.0.0/8</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NetworksAttribute : ValidationAttribute
{
    public const int Most = 100;

    protected override ValidationResult? IsValid(object? value, ValidationContext context) => WhyNot((string[])value!) is { } why ? new(why) : ValidationResult.Success;

    private static string? WhyNot(string[] networks)
    {
        if (networks.Length > Most) return $"may have {Most} networks at the most.";
        return Array.FindIndex(networks, network => !IPNetwork.TryParse(network, out _)) is >= 0 and var wrong
            ? $"'{networks[wrong]}' is not a network such as 10.0.0.0/8 or 192.168.1.7/32."
            : null;
    }
}

/// <summary>A list of texts of one line each, none of them empty or twice.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class TextListAttribute(int most, int longest) : ValidationAttribute
{
    public int Most => most;

    public int Longest => longest;

    protected override ValidationResult? IsValid(object? value, ValidationContext context) => WhyNot((string[])value!) is { } why ? new(why) : ValidationResult.Success;

    private string? WhyNot(string[] texts)
    {
        if (texts.Length > most) return $"may have {most} texts at the most.";
        if (texts.Any(text => text.Length > longest || string.IsNullOrWhiteSpace(text) || text.Any(char.IsControl))) return $"must have texts of 1 to {longest} characters, each of one line.";
        return texts.Distinct(StringComparer.Ordinal).Count() < texts.Length ? "has a text twice." : null;
    }
}

/// <summary>A text of one line; empty says nothing.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class LineAttribute(int longest) : ValidationAttribute
{
    public int Longest => longest;

    protected override ValidationResult? IsValid(object? value, ValidationContext context) =>
        value is string text && text.Length <= longest && !text.Any(char.IsControl)
            ? ValidationResult.Success
            : new($"must have {longest} characters at the most, on one line.");
}

/// <summary>An address that people are sent to: <c>https://</c>, <c>http://</c> or <c>mailto:</c>; empty says nothing.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class LinkAttribute : ValidationAttribute
{
    public const int Longest = 500;

    protected override ValidationResult? IsValid(object? value, ValidationContext context) =>
        value is "" || value is string { Length: <= Longest } text && Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeMailto)
            ? ValidationResult.Success
            : new($"must be empty or an address such as https://intranet.example/help, with {Longest} characters at the most.");
}

/// <summary>A colour such as <c>#17594a</c>; empty says nothing.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ColorAttribute : ValidationAttribute
{
    public const int Length = 7;

    protected override ValidationResult? IsValid(object? value, ValidationContext context) =>
        value is "" || value is string { Length: Length } text && text[0] == '#' && text.Skip(1).All(char.IsAsciiHexDigit)
            ? ValidationResult.Success
            : new("must be empty or a colour such as #17594a.");
}

/// <summary>One e-mail address; empty says nothing.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class MailAddressAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext context) =>
        value is "" || value is string text && !text.Any(char.IsWhiteSpace) && new EmailAddressAttribute().IsValid(text)
            ? ValidationResult.Success
            : new("must be empty or an e-mail address such as help@intranet.example.");
}
