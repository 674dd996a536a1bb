using IntraMessenger.Shared.Telemetry;
using Microsoft.Extensions.Configuration;

namespace IntraMessenger.Shared.Tests.Telemetry;

public sealed class TelemetryOptionsTests
{
    private static (TelemetryOptions Options, List<string> Errors) Read(Dictionary<string, string?> file, params (string Name, string Value)[] environment)
    {
        var errors = new List<string>();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(file.Select(member => KeyValuePair.Create("telemetry:" + member.Key, member.Value))).Build();
        var variables = environment.ToDictionary(variable => variable.Name, variable => variable.Value);
        return (TelemetryOptions.Read(configuration, variables.GetValueOrDefault, errors), errors);
    }

    private static string?[] Endpoints(TelemetryOptions options) => [.. new[] { "traces", "metrics", "logs" }.Select(signal => options.EndpointOf(signal)?.ToString())];

    [Fact]
    public void Nothing_SaidAnywhere_SendsNothing()
    {
        var (options, errors) = Read([], ("OTEL_EXPORTER_OTLP_ENDPOINT", ""));
        errors.ShouldBeEmpty();
        Endpoints(options).ShouldBe([null, null, null]);
        (options.Ratio, options.MetricIntervalMilliseconds, options.IsGrpc).ShouldBe((1, 15_000, false));
    }

    [Fact]
    public void File_SaysWhereEverythingGoes_WhateverTheEnvironmentSays()
    {
        var (options, errors) = Read(
            new() { ["otlpEndpoint"] = "http://10.0.0.1:4318/", ["traceRatio"] = "0.25", ["metricIntervalSeconds"] = "2.5", ["headers"] = "api-key=x,tenant=y" },
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://elsewhere:1"), ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://elsewhere:2"), ("OTEL_TRACES_SAMPLER_ARG", "0.5"));
        errors.ShouldBeEmpty();
        Endpoints(options).ShouldBe(["http://10.0.0.1:4318/v1/traces", "http://10.0.0.1:4318/v1/metrics", "http://10.0.0.1:4318/v1/logs"]);
        (options.Ratio, options.MetricIntervalMilliseconds, options.Headers).ShouldBe((0.25, 2_500, "api-key=x,tenant=y"));
    }

    [Fact]
    public void Environment_CountsWhereTheFileIsSilent()
    {
        var (options, errors) = Read([], ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318/base"), ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://t:9/as/it/is"), ("OTEL_LOGS_EXPORTER", "none"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_EXPORTER_OTLP_HEADERS", "a=b"), ("OTEL_TRACES_SAMPLER_ARG", "0.1"), ("OTEL_METRIC_EXPORT_INTERVAL", "60000"));
        errors.ShouldBeEmpty();
        Endpoints(options).ShouldBe(["http://t:9/as/it/is", "http://c:4318/base/v1/metrics", null]);
        (options.Ratio, options.MetricIntervalMilliseconds, options.Headers).ShouldBe((0.1, 60_000, "a=b"));
        Endpoints(Read([], ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318"), ("OTEL_SDK_DISABLED", "true")).Options).ShouldBe([null, null, null]);
    }

    [Fact]
    public void Grpc_HasNoPaths()
    {
        var (options, errors) = Read(new() { ["otlpEndpoint"] = "http://c:4317", ["protocol"] = "grpc" });
        errors.ShouldBeEmpty();
        options.IsGrpc.ShouldBeTrue();
        Endpoints(options).ShouldBe(["http://c:4317/", "http://c:4317/", "http://c:4317/"]);
    }

    [Theory]
    [InlineData("otlpEndpoint", "localhost:4318", "telemetry.otlpEndpoint is 'localhost:4318'; it must be an address such as http://127.0.0.1:4318.")]
    [InlineData("protocol", "thrift", "telemetry.protocol is 'thrift'; it must be httpProtobuf or grpc (OTEL_EXPORTER_OTLP_PROTOCOL: http/protobuf or grpc).")]
    [InlineData("traceRatio", "1.5", "telemetry.traceRatio is 1.5; it must be from 0 (no traces) to 1 (all).")]
    [InlineData("traceRatio", "NaN", "telemetry.traceRatio is NaN; it must be from 0 (no traces) to 1 (all).")]
    [InlineData("metricIntervalSeconds", "0", "telemetry.metricIntervalSeconds is 0; it must be from 1 to 3600.")]
    [InlineData("headers", "a=b,secret", "telemetry.headers cannot be read; write name=value,name=value.")]
    [InlineData("instance", "", "telemetry.instance must have 1 to 100 characters.")]
    public void Mistake_IsToldInOneSentence(string member, string value, string sentence) => Read(new() { [member] = value }).Errors.ShouldBe([sentence]);

    [Fact]
    public void Mistakes_AreToldAllAtOnce()
    {
        var (_, errors) = Read(new() { ["traceRatio"] = "7", ["protocol"] = "x" }, ("OTEL_EXPORTER_OTLP_ENDPOINT", "nowhere"), ("OTEL_METRIC_EXPORT_INTERVAL", "soon"));
        errors.Count.ShouldBe(4);
        errors.ShouldContain("OTEL_EXPORTER_OTLP_ENDPOINT is 'nowhere'; it must be an address such as http://127.0.0.1:4318.");
        errors.ShouldContain("OTEL_METRIC_EXPORT_INTERVAL is 'soon'; it must be a number.");
        Read(new() { ["traceRatio"] = "much" }).Errors.ShouldHaveSingleItem().ShouldContain("traceRatio");
    }
}
