namespace IntraMessenger.Shared.Hosting;

/// <summary>Bounds of every request, whatever the options say.</summary>
public static class Limits
{
    /// <summary>The largest JSON body, in bytes.</summary>
    public const long BodyBytes = 128 * 1024;

    /// <summary>Connections that wait to be accepted: after the loss of a node all its clients come at once.</summary>
    public const int ListenBacklog = 4096;

    /// <summary>Most items of a list answer.</summary>
    public const int MostItems = 200;

    /// <summary>Items of a list answer when the request does not say.</summary>
    public const int UsualItems = 50;

    public static int Items(int? asked) => Math.Clamp(asked ?? UsualItems, 1, MostItems);
}
