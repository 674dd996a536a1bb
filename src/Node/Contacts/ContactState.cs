namespace IntraMessenger.Node.Contacts;

/// <summary>What one person's list says of another. The numbers are stored: never renumber.</summary>
internal enum ContactState : byte
{
    None = 0,
    /// <summary>I asked.</summary>
    Requested = 1,
    /// <summary>They asked.</summary>
    Pending = 2,
    /// <summary>Both agreed.</summary>
    Accepted = 3,
    /// <summary>I let nothing pass either way.</summary>
    Blocked = 4,
    /// <summary>I refused for ever: they may ask, I am not told.</summary>
    Refused = 5,
}
