using PortableVirt.Cli.Output;

namespace PortableVirt.Cli.Doctor;

/// <summary>Compares versions of PortableVirt's parts.</summary>
internal static class Versions
{
    /// <summary>A finding about a part that runs.</summary>
    /// <param name="name">Name of the finding.</param>
    /// <param name="version">The part's version.</param>
    /// <param name="text">What was found, without the version.</param>
    /// <param name="restart">How it is started again.</param>
    public static Finding Compare(string name, string version, string text, string restart) => version == ProductVersion.Text
        ? new Finding(name, FindingLevel.Ok, $"{version}, {text}")
        : new Finding(name, FindingLevel.Warning, $"{version}, {text}, but pvctl is {ProductVersion.Text}", restart);
}
