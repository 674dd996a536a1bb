using Microsoft.Extensions.Options;

namespace IntraMessenger.Node.Signals;

/// <summary>Section <c>signals</c> of a node's local file: which way nodes tell each other what changed.</summary>
public sealed class SignalOptions
{
    internal const string Http = "http";
    internal const string RabbitMqName = "rabbitmq";

    /// <summary><c>http</c>, from node to node, or <c>rabbitmq</c>.</summary>
    public string Transport { get; set; } = Http;

    /// <summary>Where the transport is <c>rabbitmq</c>.</summary>
    public RabbitMqOptions RabbitMq { get; set; } = new();

    internal bool IsRabbitMq => Transport == RabbitMqName;
}

/// <summary>Section <c>signals.rabbitmq</c>.</summary>
public sealed class RabbitMqOptions
{
    /// <summary>The broker, such as <c>amqps://user:password@broker.example/vhost</c>. A secret: never logged or shown.</summary>
    public string Uri { get; set; } = "";

    /// <summary>The direct exchange that signals go through; another one for each cluster that shares a virtual host.</summary>
    public string Exchange { get; set; } = "intramessenger.signals";

    /// <summary>Where the broker is, for people to read.</summary>
    internal string Broker
    {
        get
        {
            var uri = new Uri(Uri);
            return $"{uri.Scheme}://{uri.Authority}{uri.AbsolutePath.TrimEnd('/')}";
        }
    }
}

/// <summary>Responsible for telling an operator everything that is wrong with the section, and none of its secrets.</summary>
internal sealed class SignalOptionsValidator(IOptions<NodeOptions> node) : IValidateOptions<SignalOptions>
{
    public ValidateOptionsResult Validate(string? name, SignalOptions options)
    {
        List<string> errors = [];
        if (options.Transport is not (SignalOptions.Http or SignalOptions.RabbitMqName))
            errors.Add($"signals.transport is '{options.Transport}'; it must be {SignalOptions.Http} or {SignalOptions.RabbitMqName}.");
        if (options.IsRabbitMq) Judge(options.RabbitMq, errors);
        return errors.Count > 0 ? ValidateOptionsResult.Fail(errors) : ValidateOptionsResult.Success;
    }

    private void Judge(RabbitMqOptions options, List<string> errors)
    {
        const string example = "such as amqps://user:password@broker.example/vhost";
        if (options.Uri.Length == 0) errors.Add($"signals.rabbitmq.uri is missing: name the broker, {example}.");
        else if (!Uri.TryCreate(options.Uri, UriKind.Absolute, out var uri) || uri.Scheme is not ("amqp" or "amqps") || uri.Host.Length == 0 || uri.AbsolutePath.TrimStart('/').Contains('/'))
            errors.Add($"signals.rabbitmq.uri cannot be read (it is not shown, as it may hold a password); it must be {example}. In names and passwords '/', '@', ':' and '%' are written %2F, %40, %3A, %25.");
        else if (uri.Scheme == "amqp" && !uri.IsLoopback && !node.Value.AllowClearText)
            errors.Add("signals.rabbitmq.uri is amqp://: clear text off loopback is refused. Use amqps://, or set allowClearText to true where the network is trusted.");
        if (options.Exchange.Length is 0 or > 200 || options.Exchange.StartsWith("amq.", StringComparison.Ordinal))
            errors.Add($"signals.rabbitmq.exchange is '{options.Exchange}'; it must have 1 to 200 characters and must not begin with amq.");
    }
}
