namespace IntraMessenger.Load.Setup;

/// <summary>What the store calls a contact, as its owner sees it. The numbers are those of the nodes, which never change them.</summary>
internal static class ContactState
{
    public const int Requested = 1;
    public const int Accepted = 3;
}
