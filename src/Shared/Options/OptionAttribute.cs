namespace IntraMessenger.Shared.Options;

/// <summary>Declares a property as an option of the catalogue. Its key is the section and the name: <c>contacts.max</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OptionAttribute(string english, string french) : Attribute
{
    /// <summary>What it means, for documents and the console.</summary>
    public string English => english;

    public string French => french;

    /// <summary>Of a number: <c>people</c>, <c>seconds</c>, ...</summary>
    public string? Unit { get; init; }

    /// <summary>Whether the home set of the person concerned decides, instead of the set of who acts: every node is told the values of all sets.</summary>
    public bool OfHomeSet { get; init; }

    /// <summary>Whether clients are told the value that holds for them.</summary>
    public bool ForClients { get; init; }

    /// <summary>Whether a role may say another value for the people who hold it.</summary>
    public bool ByRole { get; init; }

    /// <summary>Whether the local file of a node may say another value for that node, where no policy set locks it.</summary>
    public bool ByNode { get; init; }

    /// <summary>The names of the options of the original that it stands for, separated by blanks.</summary>
    public string Original { get; init; } = "";

    /// <summary>The catalogue version that introduced it: an older node is not sent it.</summary>
    public int Since { get; init; } = 1;
}
