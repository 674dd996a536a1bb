using System.CommandLine;
using IntraMessenger.Central.Console;
using IntraMessenger.Central.Enrolment;
using IntraMessenger.Central.Schema;

namespace IntraMessenger.Central.CommandLine;

/// <summary><c>admins add</c>.</summary>
internal static class AdminCommands
{
    public static Command Create(Option<string?> config)
    {
        var name = new Argument<string>("NAME") { Description = $"The name of the administrator: {IssuedSecret.NameRule}." };
        var renew = EnrolmentCommands.Renew();
        var fromInput = new Option<bool>("--password-stdin") { Description = "Read the password from the first line of standard input instead of making one." };
        var add = new Command("add", "Makes an administrator and prints the password, once.") { name, renew, fromInput };
        add.SetAction((parsed, _) => CommandRunner.RunAsync(parsed, config, async services =>
        {
            var password = parsed.GetValue(fromInput) ? await System.Console.In.ReadLineAsync() ?? "" : null;
            await services.GetRequiredService<SchemaService>().PrepareAsync();
            var admin = parsed.GetRequiredValue(name);
            var issued = await services.GetRequiredService<AdminService>().AddAsync(admin, password, parsed.GetValue(renew));
            return CommandRunner.Print(parsed, issued, $"This is the password of administrator {admin} for the console. It is not shown again.");
        }));
        return new Command("admins", "The administrators of the cluster.") { add };
    }
}
