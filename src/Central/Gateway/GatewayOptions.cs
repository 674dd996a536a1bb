using System.ComponentModel.DataAnnotations;

namespace IntraMessenger.Central.Gateway;

/// <summary>Section <c>gateway</c> of a gateway's local file: how long a node may say nothing before its request is given up, in seconds.</summary>
internal sealed class GatewayOptions
{
    /// <summary>Idle event streams and held polls are no failures; a stream says something every 25 s, or at the latest every 55 s where its client asked for that.</summary>
    [Range(60, 3600, ErrorMessage = "gateway.eventSeconds must be from 60 to 3600.")]
    public int EventSeconds { get; set; } = 300;

    /// <summary>Requests with a password, which wait in a node's queue for hashing.</summary>
    [Range(1, 3600, ErrorMessage = "gateway.signInSeconds must be from 1 to 3600.")]
    public int SignInSeconds { get; set; } = 100;

    /// <summary>All other requests; longer than a node waits for its store.</summary>
    [Range(1, 3600, ErrorMessage = "gateway.answerSeconds must be from 1 to 3600.")]
    public int AnswerSeconds { get; set; } = 15;
}
