using IntraMessenger.Central.Enrolment;
using IntraMessenger.Central.Hosting;
using IntraMessenger.Shared.Hosting;
using IntraMessenger.Shared.Options;

namespace IntraMessenger.Central.Settings;

internal static class SettingsEndpoints
{
    public static async Task<IResult> GetAsync(HttpContext context, SettingsService settings, ConditionalGet get, int catalogue = OptionCatalogue.Version, int wait = 0)
    {
        if (catalogue < 1) return Refusal.Invalid("catalogue", "must be the catalogue version that the node knows, 1 or more.").ToResult();
        var node = context.CallingNode();
        return await get.AnswerAsync(context, wait, settings.Changed, () => settings.For(node, catalogue));
    }
}
