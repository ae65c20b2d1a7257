using System.Globalization;
using System.Text.RegularExpressions;
using PortableVirt.Analysis.Pe;

namespace PortableVirt.Analysis.Needs;

/// <summary>What the program's headers and resources say about it.</summary>
internal static partial class ProgramFacts
{
    public static IReadOnlyList<(string Name, string Value)> Read(PeImage image)
    {
        List<(string Name, string Value)> facts =
        [
            ("subsystem", image.Headers.Subsystem.ToString()),
            ("needs-windows", $"{image.Headers.SubsystemVersion >> 16}.{(ushort)image.Headers.SubsystemVersion}"),
        ];
        if (PeVersionInfo.TryRead(image, out PeVersionInfo? version))
        {
            facts.Add(("file-version", PeVersionInfo.Format(version.FileVersion)));
            foreach (string key in (string[])["ProductName", "FileDescription", "CompanyName", "LegalCopyright"])
            {
                if (version.Strings.TryGetValue(key, out string? text) && text.Length != 0)
                {
                    facts.Add((key, OneLine(text)));
                }
            }
        }
        int icons = PeResources.Read(image, PeResources.GroupIcon).Count;
        if (icons != 0)
        {
            facts.Add(("icons", icons.ToString(CultureInfo.InvariantCulture)));
        }
        if (PeTls.TryRead(image, out PeTls tls))
        {
            facts.Add(("tls-callbacks", tls.ReadCallbacks(image).Count.ToString(CultureInfo.InvariantCulture)));
        }
        foreach (PeResource resource in PeResources.Read(image, PeResources.Manifest))
        {
            if (PeResources.TryGetData(image, resource, out ReadOnlySpan<byte> data))
            {
                AddManifest(facts, System.Text.Encoding.UTF8.GetString(data));
            }
        }
        return facts;
    }

    private static void AddManifest(List<(string Name, string Value)> facts, string manifest)
    {
        foreach (Match match in Dependency().Matches(manifest))
        {
            facts.Add(("manifest-needs", OneLine(match.Groups[1].Value)));
        }
        if (Level().Match(manifest) is { Success: true } level)
        {
            facts.Add(("manifest-level", OneLine(level.Groups[1].Value)));
        }
        if (CodePage().Match(manifest) is { Success: true } codePage)
        {
            facts.Add(("manifest-code-page", OneLine(codePage.Groups[1].Value)));
        }
    }

    /// <summary>Control characters of a hostile file must not reach a terminal or break the list's lines.</summary>
    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();

    [GeneratedRegex("<dependentAssembly>.{0,400}?name\\s*=\\s*[\"']([^\"']{1,200})", RegexOptions.Singleline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Dependency();

    [GeneratedRegex("requestedExecutionLevel[^>]{0,200}?level\\s*=\\s*[\"']([^\"']{1,40})", RegexOptions.Singleline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Level();

    [GeneratedRegex("<activeCodePage[^>]{0,200}>([^<]{1,40})<", RegexOptions.Singleline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex CodePage();
}
