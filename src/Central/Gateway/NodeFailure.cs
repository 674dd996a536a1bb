namespace IntraMessenger.Central.Gateway;

/// <summary>Responsible for what a failed request tells about its node.</summary>
internal static class NodeFailure
{
    /// <summary>Whether the node, or the way to it, had a part in it: a request that cannot be written, as its client sent it, never reached anybody.</summary>
    public static bool IsOfNode(Exception? failure) => failure switch
    {
        OperationCanceledException => true, // neither connected nor answered in time
        HttpRequestException { InnerException: IOException } => true, // the connection broke
        HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } => true,
        _ => false,
    };
}
