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

    /// <summary>No connection came about: the node cannot have seen the request, so that another one may.</summary>
    public static bool IsBeforeSending(Exception? failure) => failure
        is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError }
        or OperationCanceledException { InnerException: TimeoutException }; // ConnectTimeout; an answer that does not come has no such cause
}
