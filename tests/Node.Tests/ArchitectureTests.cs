using System.Reflection;
using System.Reflection.Emit;
using System.Text.RegularExpressions;

namespace IntraMessenger.Node.Tests;

/// <summary>Features meet through services and events, never through each other's stores, and only stores speak SQL.</summary>
public sealed partial class ArchitectureTests
{
    private const string Root = "IntraMessenger.Node.";

    private static readonly Assembly Node = typeof(NodeProgram).Assembly;

    /// <summary>Who uses the store of another feature, and why that is better than a service that only passes it on.</summary>
    private static readonly string[] Allowed =
    [
        "Contacts -> AccountStore", // finds whom a request is for
        "Profile -> AccountStore", // is the person's own side of the account
        "Events -> ChangeStore", // the sweep reads the journal
        "Contacts -> ChangeStore", // writes the journal in the transaction of the change, as every feature that changes something
        "Conversations -> ChangeStore",
        "Messages -> ChangeStore",
        "Presence -> ChangeStore",
        "Sessions -> ChangeStore",
        "Messages -> ConversationStore", // a message lives in a conversation: members and numbers
        "Conferences -> ChangeStore",
        "Conferences -> ConversationStore", // lets people into a conversation and out of it, in its own transaction
        "Events -> ConversationStore", // the feed follows numbers
        "Signals -> ConversationStore", // members are whom a change concerns
        "Events -> MessageStore", // and reads what they point at
    ];

    [Fact]
    public void Features_UseNoStoreOfAnother_ButForTheListedOnes()
    {
        var used = Node.GetTypes().Where(type => Feature(type) is not null)
            .SelectMany(type => Used(type).Where(other => other.Name.EndsWith("Store", StringComparison.Ordinal) && Feature(other) is not null && Feature(other) != Feature(type))
                .Select(other => $"{Feature(type)} -> {other.Name}"))
            .Distinct();
        used.ShouldBe(Allowed, ignoreOrder: true, "an exception more needs a reason, one less a shorter list");
    }

    [Fact]
    public void Sql_IsInStoresOnly()
    {
        var found = Node.GetTypes().Where(type => !Outermost(type).Name.EndsWith("Store", StringComparison.Ordinal))
            .SelectMany(type => Strings(type).Where(text => Sql().IsMatch(text)).Select(text => $"{type}: {text}"));
        found.ShouldBeEmpty();
        Node.GetTypes().Where(type => Outermost(type).Name.EndsWith("Store", StringComparison.Ordinal)).SelectMany(Strings).Count(text => Sql().IsMatch(text))
            .ShouldBeGreaterThan(20, "or this test sees no SQL at all");
    }

    [GeneratedRegex(@"\b(SELECT\s.+\sFROM|INSERT\s+(IGNORE\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM)\b", RegexOptions.Singleline)]
    private static partial Regex Sql();

    private static string? Feature(Type type) =>
        type.Namespace?.StartsWith(Root, StringComparison.Ordinal) == true ? type.Namespace[Root.Length..].Split('.')[0] : null;

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private const BindingFlags Everything = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    // Fields (what a primary constructor keeps), parameters and what method bodies call.
    private static IEnumerable<Type> Used(Type type) =>
        type.GetFields(Everything).Select(field => field.FieldType)
            .Concat(type.GetConstructors(Everything).SelectMany(made => made.GetParameters()).Select(parameter => parameter.ParameterType))
            .Concat(type.GetMethods(Everything).SelectMany(method => method.GetParameters()).Select(parameter => parameter.ParameterType))
            .Concat(Tokens(type).Select(token => Resolve(type, token)).OfType<MethodBase>().Select(method => method.DeclaringType).OfType<Type>());

    private static IEnumerable<string> Strings(Type type) => Bodies(type).SelectMany(body => Operands(body, OpCodes.Ldstr)).Select(type.Module.ResolveString);

    private static IEnumerable<int> Tokens(Type type) => Bodies(type).SelectMany(body => Operands(body, OpCodes.Call, OpCodes.Callvirt, OpCodes.Newobj));

    private static MethodBase? Resolve(Type type, int token)
    {
        try
        {
            return type.Module.ResolveMethod(token, type.IsGenericType ? type.GetGenericArguments() : null, null);
        }
        catch (Exception e) when (e is ArgumentException or BadImageFormatException)
        {
            return null; // a generic method: its declaring type is the framework's
        }
    }

    private static IEnumerable<byte[]> Bodies(Type type) =>
        type.GetMethods(Everything).Cast<MethodBase>().Concat(type.GetConstructors(Everything)).Select(method => method.GetMethodBody()?.GetILAsByteArray()).OfType<byte[]>();

    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes).GetFields().Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    private static IEnumerable<int> Operands(byte[] body, params OpCode[] wanted)
    {
        for (var at = 0; at < body.Length;)
        {
            var value = body[at] == 0xFE ? unchecked((short)(0xFE00 | body[at + 1])) : body[at];
            var code = Codes[value];
            at += code.Size;
            if (wanted.Contains(code)) yield return BitConverter.ToInt32(body, at);
            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(body, at),
                _ => 4,
            };
        }
    }
}
