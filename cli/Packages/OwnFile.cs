using System.Runtime.InteropServices;

namespace PortableVirt.Cli.Packages;

/// <summary>The file that this process runs from.</summary>
internal static partial class OwnFile
{
    /// <summary>Link to it, whatever became of its name.</summary>
    private const string ProcessLink = "/proc/self/exe";

    /// <summary>AT_EXECFN of getauxval(3): the path that was given to execve(2).</summary>
    private const ulong ExecutedName = 31;

    /// <summary>A path that opens it: the process's own link, or, where /proc is not mounted, the path that it was started by. Null when neither is known.</summary>
    public static string? Path { get; } = File.Exists(ProcessLink) ? ProcessLink : Executed();

    /// <summary>What the user called it, for messages.</summary>
    public static string Name { get; } = System.IO.Path.GetFileName(Executed() ?? Environment.ProcessPath) ?? "the package";

    [LibraryImport("libc", EntryPoint = "getauxval")]
    private static partial nint GetAuxiliaryValue(ulong type);

    private static string? Executed() => Marshal.PtrToStringUTF8(GetAuxiliaryValue(ExecutedName)) is { Length: > 0 } path ? path : null;
}
