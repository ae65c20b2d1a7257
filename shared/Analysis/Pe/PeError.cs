namespace PortableVirt.Analysis.Pe;

/// <summary>Why a file cannot be used as it should be.</summary>
/// <param name="Kind">The case.</param>
/// <param name="Status">NTSTATUS that NT gives when a program tries to use the file as an image.</param>
/// <param name="Problem">What is wrong, a sentence fragment that follows the file's name: "is a DLL, not a program".</param>
/// <param name="Advice">What to do, a whole sentence; may be empty.</param>
public sealed record PeError(PeErrorKind Kind, uint Status, string Problem, string Advice)
{
    /// <summary>The message for a user.</summary>
    /// <param name="path">The file as the user named it.</param>
    public string Describe(string path) => Advice.Length == 0 ? $"{path} {Problem}." : $"{path} {Problem}. {Advice}";

    internal static PeError Malformed(string detail) => new(
        PeErrorKind.Malformed, PeStatus.InvalidImageFormat, $"is not a valid PE file: {detail}", "Windows would refuse it too; get a fresh copy of the file.");

    internal static PeError Truncated(string part, long end, long length) => new(
        PeErrorKind.Truncated,
        PeStatus.InvalidImageFormat,
        $"is incomplete: {part} ends at byte {end} but the file has only {length} bytes",
        "Download or copy the file again.");
}
