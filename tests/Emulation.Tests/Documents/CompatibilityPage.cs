using System.Globalization;
using System.Text;
using PortableVirt.Emulation.Loader;
using PortableVirt.Emulation.Syscalls;

namespace PortableVirt.Emulation.Tests.Documents;

/// <summary>Writes docs/compatibility.md from the tables of system calls and gates.</summary>
internal static class CompatibilityPage
{
    /// <summary>The page.</summary>
    public static string Write()
    {
        SortedSet<string> ntdll = SystemLibraryNames.Of("ntdll.dll");
        SortedSet<string> win32u = SystemLibraryNames.Of("win32u.dll");
        HashSet<string> declared = [.. SyscallTable.Entries.Select(e => e.Name)];
        StringBuilder text = new();
        text.Append("""
            # System calls

            Generated from the `[NtSyscall]` declarations. Do not edit: `UPDATE_DOCS=1 dotnet test tests/Emulation.Tests` writes it again.

            | | calls |
            |---|---|

            """.ReplaceLineEndings("\n"));
        foreach (Support support in Enum.GetValues<Support>())
        {
            text.Append(CultureInfo.InvariantCulture, $"| {Describe(support)} | {SyscallTable.Entries.Count(e => e.Support == support)} |\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"| of the {ntdll.Count} calls of libwine 8.0's ntdll.dll, declared | {ntdll.Count(declared.Contains)} |\n");
        text.Append(CultureInfo.InvariantCulture, $"| of the {win32u.Count} calls of libwine 8.0's win32u.dll, declared | {win32u.Count(declared.Contains)} |\n");
        text.Append("\n## Declared\n\n| call | arguments | support | what is missing |\n|---|---|---|---|\n");
        foreach (SyscallEntry entry in SyscallTable.Entries)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {entry.Name} | {entry.ArgumentCount} | {entry.Support.ToString().ToLowerInvariant()} | {entry.Missing.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }
        text.Append("\n## Not there\n\nReported once a name when a program makes them. Calls of ntdll answer STATUS_NOT_IMPLEMENTED, calls of win32u answer 0.\n\n");
        Missing(text, "ntdll.dll", ntdll, declared);
        Missing(text, "win32u.dll", win32u, declared);
        text.Append("\n## Exports of DLLs that we make\n\n| DLL | export |\n|---|---|\n");
        foreach (GateEntry gate in GateTable.Entries)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {gate.Module} | {gate.Call.Name} |\n");
        }
        text.Append("\n## Unix sides of libwine's DLLs\n\nCalls that are refused answer STATUS_NOT_SUPPORTED where nothing else is said.\n\n| DLL | support | what is there, or what is told |\n|---|---|---|\n");
        foreach (UnixSide side in UnixSide.All)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {side.Module} | {side.Support.ToString().ToLowerInvariant()} | {side.Note} |\n");
        }
        return text.ToString();
    }

    private static string Describe(Support support) => support switch
    {
        Support.Full => "full: everything that programs can observe is there",
        Support.Partial => "partial: works, the note says what is missing",
        _ => "refused: answers like a system without the feature",
    };

    private static void Missing(StringBuilder text, string file, SortedSet<string> names, HashSet<string> declared)
    {
        string[] missing = [.. names.Where(n => !declared.Contains(n))];
        text.Append(CultureInfo.InvariantCulture, $"- {file} ({missing.Length}): {string.Join(", ", missing)}\n");
    }
}
