using System.Text.RegularExpressions;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Tests.Support;

namespace PortableVirt.Emulation.Tests.Documents;

/// <summary>
/// Every declared system call has a test: a C# test that calls its method (Class.Method) or says [Exercises(...)], or guest programs in
/// tests/Guest/coverage.txt. tests/Guest/untested.txt lists the calls that have none yet; it may only get shorter.
/// </summary>
public sealed partial class CoverageTests
{
    private const string UntestedHeading = "# Declared system calls that no test exercises yet; written by UPDATE_DOCS=1 dotnet test tests/Emulation.Tests.\n";

    [Fact]
    public void EveryDeclaredCallHasATest()
    {
        HashSet<string> exercised = [.. ExercisedByTests(), .. Coverage().Select(line => line.Call)];
        string[] untested = [.. SyscallTable.Entries.Select(e => e.Name).Where(n => !exercised.Contains(n))];
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            File.WriteAllText(Path.Combine(RepositoryPaths.Tests("Guest"), "untested.txt"), UntestedHeading + string.Concat(untested.Select(n => n + "\n")));
        }
        HashSet<string> known = [.. Lines("untested.txt")];
        string[] added = [.. untested.Where(n => !known.Contains(n))];
        Assert.True(added.Length == 0, $"these calls have no test: {string.Join(", ", added)}");
        string[] gone = [.. known.Where(n => !untested.Contains(n))];
        Assert.True(gone.Length == 0, $"remove from tests/Guest/untested.txt: {string.Join(", ", gone)}");
    }

    [Fact]
    public void TheListNamesGuestProgramsAndCallsThatExist()
    {
        // Declared calls that ntdll lacks get a stub when it is mapped.
        HashSet<string> exported = [.. SystemLibraryNames.Of("ntdll.dll"), .. SystemLibraryNames.Of("win32u.dll"), .. SyscallTable.Entries.Select(e => e.Name)];
        foreach ((string call, string[] programs) in Coverage())
        {
            Assert.True(exported.Contains(call), $"tests/Guest/coverage.txt: there is no system call {call}");
            Assert.NotEmpty(programs);
            Assert.All(programs, p => Assert.True(File.Exists(Path.Combine(RepositoryPaths.Tests("Guest"), p + ".c")), $"tests/Guest/coverage.txt: there is no guest program {p}"));
        }
    }

    private static IEnumerable<string> ExercisedByTests()
    {
        string[] sources = [.. Directory.EnumerateFiles(Path.Combine(RepositoryPaths.Root, "tests"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText)];
        HashSet<string> calls = [.. sources.SelectMany(s => MethodCall().Matches(s)).Select(m => m.Value)];
        IEnumerable<string> direct = Directory.EnumerateFiles(Path.Combine(RepositoryPaths.Root, "shared", "Emulation"), "*Calls.cs", SearchOption.AllDirectories)
            .SelectMany(file => Declaration().Matches(File.ReadAllText(file)).Select(m => (Class: Path.GetFileNameWithoutExtension(file), Match: m)))
            .Where(d => calls.Contains(d.Class + "." + d.Match.Groups[2].Value))
            .Select(d => d.Match.Groups[1].Value);
        return direct.Concat(sources.SelectMany(s => Attribute().Matches(s)).SelectMany(m => Name().Matches(m.Value)).Select(m => m.Groups[1].Value));
    }

    /// <summary>Lines of the list: a call, a colon, the guest programs.</summary>
    private static IEnumerable<(string Call, string[] Programs)> Coverage() => Lines("coverage.txt")
        .Select(line => line.Split(':', 2))
        .Select(parts => (parts[0].Trim(), parts.Length > 1 ? parts[1].Split(' ', StringSplitOptions.RemoveEmptyEntries) : []));

    /// <summary>Lines of a list beside the guest programs; '#' begins a comment.</summary>
    private static IEnumerable<string> Lines(string list) => File.ReadLines(Path.Combine(RepositoryPaths.Tests("Guest"), list))
        .Select(line => line.Split('#')[0].Trim())
        .Where(line => line.Length != 0);

    [GeneratedRegex(@"\[NtSyscall\(""([A-Za-z_0-9]+)""[^\n]*\)\]\s+(?:public|internal) static \w+ (\w+)\(")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\b[A-Z]\w*Calls\.\w+\b")]
    private static partial Regex MethodCall();

    [GeneratedRegex(@"\[Exercises\(([^)]*)\)\]")]
    private static partial Regex Attribute();

    [GeneratedRegex("\"([A-Za-z_0-9]+)\"")]
    private static partial Regex Name();
}
