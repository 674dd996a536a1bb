using IntraMessenger.Node.Signals;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Node.Tests.Signals;

public sealed class SignalOptionsTests
{
    private static (SignalOptions Options, string[] Errors) Read(params (string Name, string Value)[] file) => Read(false, file);

    private static (SignalOptions Options, string[] Errors) Read(bool allowClearText, params (string Name, string Value)[] file)
    {
        var section = new ConfigurationBuilder().AddInMemoryCollection(file.Select(member => KeyValuePair.Create(member.Name, (string?)member.Value))).Build();
        var options = section.GetSection("signals").Get<SignalOptions>() ?? new SignalOptions();
        var judged = new SignalOptionsValidator(Options.Create(new NodeOptions { AllowClearText = allowClearText })).Validate(null, options);
        return (options, [.. judged.Failures ?? []]);
    }

    [Fact]
    public void Nothing_Said_IsHttp()
    {
        var (options, errors) = Read();
        errors.ShouldBeEmpty();
        options.Transport.ShouldBe("http");
        Read(("signals:transport", "http"), ("signals:rabbitmq:uri", "nonsense")).Errors.ShouldBeEmpty("kept for later");
    }

    [Theory]
    [InlineData("amqp://localhost")]
    [InlineData("amqp://user:password@127.0.0.1:5673/messenger")]
    [InlineData("amqp://user:password@[::1]:5673/%2F")]
    [InlineData("amqps://us%40er:p%2Fss%3A@broker.example/a%2Fb")]
    public void Broker_ThatCanBeReached_IsTaken(string uri)
    {
        var (options, errors) = Read(("signals:transport", "rabbitmq"), ("signals:rabbitmq:uri", uri));
        errors.ShouldBeEmpty();
        options.IsRabbitMq.ShouldBeTrue();
        options.RabbitMq.Exchange.ShouldBe("intramessenger.signals");
        options.RabbitMq.Broker.ShouldNotContain("@");
        options.RabbitMq.Broker.ShouldStartWith(uri.Split("://")[0] + "://");
    }

    [Theory]
    [InlineData("amqp", "", "it must be http or rabbitmq")]
    [InlineData("RabbitMQ", "", "it must be http or rabbitmq")]
    [InlineData("", "", "it must be http or rabbitmq")]
    [InlineData("rabbitmq", "", "signals.rabbitmq.uri is missing")]
    [InlineData("rabbitmq", "broker:5672", "signals.rabbitmq.uri cannot be read")]
    [InlineData("rabbitmq", "http://me:secret@broker", "signals.rabbitmq.uri cannot be read")]
    [InlineData("rabbitmq", "amqp://me:sec/ret@broker", "signals.rabbitmq.uri cannot be read")]
    [InlineData("rabbitmq", "amqp://me:secret@localhost/a/b", "signals.rabbitmq.uri cannot be read")]
    [InlineData("rabbitmq", "amqp://me:secret@broker.example", "clear text off loopback is refused")]
    public void Section_ThatIsWrong_IsRefusedWithASentenceAndWithoutItsPassword(string transport, string uri, string sentence)
    {
        var (_, errors) = Read(("signals:transport", transport), ("signals:rabbitmq:uri", uri));
        errors.ShouldHaveSingleItem().ShouldContain(sentence);
        errors[0].ShouldNotContain("secret");
        errors[0].ShouldNotContain("sec/ret");
    }

    [Fact]
    public void ClearText_WhereItIsAllowed_IsTaken() =>
        Read(true, ("signals:transport", "rabbitmq"), ("signals:rabbitmq:uri", "amqp://me:secret@broker.example")).Errors.ShouldBeEmpty();

    [Fact]
    public void Everything_ThatIsWrong_IsToldAtOnce()
    {
        var (_, errors) = Read(("signals:transport", "rabbitmq"), ("signals:rabbitmq:uri", "x"), ("signals:rabbitmq:exchange", "amq.direct"));
        errors.Length.ShouldBe(2);
        errors[1].ShouldContain("signals.rabbitmq.exchange is 'amq.direct'");
    }

    [Fact]
    public async Task Node_WithAWrongSection_DoesNotStart()
    {
        await using var cluster = await TestCluster.StartAsync();
        var refused = await Should.ThrowAsync<OptionsValidationException>(() => cluster.StartNodeAsync(new NodeSetup("a") { Signals = new { transport = "pigeons" } }));
        refused.Failures.ShouldHaveSingleItem().ShouldBe("signals.transport is 'pigeons'; it must be http or rabbitmq.");
    }
}
