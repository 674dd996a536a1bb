using System.CommandLine;
using IntraMessenger.Central.Console;
using IntraMessenger.Central.Enrolment;
using IntraMessenger.Central.Schema;
using IntraMessenger.Central.Settings;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Store;
using Microsoft.Extensions.Options;

namespace IntraMessenger.Central.CommandLine;

/// <summary>Responsible for running one command against the store of a control: what goes wrong is one sentence, never a stack trace.</summary>
internal static class CommandRunner
{
    public const int StoreAway = 1;
    public const int WrongInput = 2;
    public const int NameExists = 3;
    public const int ChangedMeanwhile = 4;

    public static Task<int> RunAsync(ParseResult parsed, Option<string?> config, Func<IServiceProvider, Task<int>> command, int storeAway = StoreAway) => RunAsync(parsed, storeAway, async () =>
    {
        var builder = HostingDefaults.CreateBuilder(parsed.GetValue(config));
        builder.Logging.ClearProviders(); // standard output is for the answer alone
        builder.Services.AddSchemaService().AddEnrolling().AddAdmins().AddSheetBatches();
        await using var services = builder.Services.BuildServiceProvider();
        return await command(services);
    });

    /// <summary>Prints the secret alone on standard output; what explains it goes to standard error.</summary>
    public static int Print(ParseResult parsed, IssuedSecret issued, string explanation)
    {
        if (issued.Secret is not { } secret) return Refuse(parsed, issued.WhyNot!, issued.Exists ? NameExists : WrongInput);
        parsed.InvocationConfiguration.Output.WriteLine(secret);
        parsed.InvocationConfiguration.Error.WriteLine(explanation);
        return 0;
    }

    /// <summary>Each error in a line of its own, or the refusal's own sentence.</summary>
    public static int Refuse(ParseResult parsed, Refusal refusal)
    {
        var code = refusal.Status switch { StatusCodes.Status409Conflict => NameExists, StatusCodes.Status412PreconditionFailed => ChangedMeanwhile, _ => WrongInput };
        if (refusal.Errors is not { } errors) return Refuse(parsed, refusal.Detail, code);
        return Refuse(parsed, string.Join(Environment.NewLine, errors.SelectMany(error => error.Value.Select(why => $"{error.Key} {why}"))), WrongInput);
    }

    public static int Refuse(ParseResult parsed, string sentence, int code)
    {
        parsed.InvocationConfiguration.Error.WriteLine(sentence);
        return code;
    }

    private static async Task<int> RunAsync(ParseResult parsed, int storeAway, Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (StoreUnavailableException e)
        {
            return Refuse(parsed, e.Message.ReplaceLineEndings(" "), storeAway);
        }
        catch (OptionsValidationException e)
        {
            return Refuse(parsed, string.Join(Environment.NewLine, e.Failures), WrongInput);
        }
        catch (Exception e) when (e is ArgumentException or InvalidDataException or FormatException or IOException or UnauthorizedAccessException)
        {
            return Refuse(parsed, e.Message, WrongInput);
        }
    }
}
