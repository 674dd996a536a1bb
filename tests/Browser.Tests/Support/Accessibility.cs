using System.Text.Json;
using Microsoft.Playwright;

namespace IntraMessenger.Browser.Tests.Support;

/// <summary>What axe (WCAG 2.2, levels A and AA) finds wrong with the page as it stands.</summary>
internal static class Accessibility
{
    private static readonly Lazy<string> Axe = new(() => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "axe.min.js")));

    public static async Task<IReadOnlyList<string>> ViolationsAsync(IPage page)
    {
        await page.EvaluateAsync(Axe.Value);
        // The one rule left out takes the initials of an avatar for the text of a label.
        var result = await page.EvaluateAsync<JsonElement>("""
            axe.run(document, {
                runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
                rules: { 'label-content-name-mismatch': { enabled: false } },
                resultTypes: ['violations'],
            })
            """);
        return
        [
            .. result.GetProperty("violations").EnumerateArray().SelectMany(violation => violation.GetProperty("nodes").EnumerateArray()
                .Select(node => $"{violation.GetProperty("id")}: {node.GetProperty("html")} {node.GetProperty("failureSummary")}")),
        ];
    }
}
