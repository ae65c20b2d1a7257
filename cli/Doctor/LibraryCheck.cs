using PortableVirt.Cli.Packages;
using PortableVirt.Emulation.Loader;

namespace PortableVirt.Cli.Doctor;

/// <summary>libwine, OpenSSL, and the runner that packages begin with.</summary>
internal static class LibraryCheck
{
    /// <summary>The version that everything is tested with.</summary>
    private const string TestedLibwine = "8.0";
    private const string Runner = "portablevirt-run";

    private static readonly string[] s_needed = ["ntdll.dll", "kernelbase.dll", "kernel32.dll", "win32u.dll"];
    private static readonly string[] s_libraryFolders = ["/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib"];

    /// <summary>Looks at them.</summary>
    public static IEnumerable<Finding> Run()
    {
        yield return Libwine();
        yield return s_libraryFolders.Any(f => File.Exists(Path.Combine(f, "libssl.so.3")))
            ? new Finding("openssl", FindingLevel.Ok, "libssl 3")
            : new Finding("openssl", FindingLevel.Warning, "libssl 3 is not installed: programs have no keys, certificates and TLS of Windows' own libraries", "sudo apt-get install libssl3");
        string runner = Path.Combine(AppContext.BaseDirectory, Runner);
        yield return File.Exists(runner)
            ? new Finding("runner", FindingLevel.Ok, runner)
            : new Finding("runner", FindingLevel.Warning, $"{runner} is missing: pvctl pack and pvctl open cannot make packages", "install PortableVirt again, or build it: packaging/build.sh");
    }

    private static Finding Libwine()
    {
        string[] missing = [.. s_needed.Where(f => !File.Exists(Path.Combine(SystemLibrary.DebianFolder, f)))];
        const string install = "sudo apt-get install libwine";
        if (missing.Length != 0)
        {
            return new Finding("libwine", FindingLevel.Problem, $"{string.Join(", ", missing)} is not in {SystemLibrary.DebianFolder}: only packages run", install);
        }
        if (!Directory.Exists(SystemLibrary.DebianNlsFolder))
        {
            return new Finding("libwine", FindingLevel.Problem, $"its locale files are not in {SystemLibrary.DebianNlsFolder}", install);
        }
        string name = PackageNotes.DebianName();
        string version = name[(name.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        return version.StartsWith(TestedLibwine + "~", StringComparison.Ordinal) || version.StartsWith(TestedLibwine + "-", StringComparison.Ordinal)
            ? new Finding("libwine", FindingLevel.Ok, $"{name}, in {SystemLibrary.DebianFolder}")
            : new Finding("libwine", FindingLevel.Warning, $"{name}: PortableVirt is tested with {TestedLibwine} of Debian 12; programs may find functions missing");
    }
}
