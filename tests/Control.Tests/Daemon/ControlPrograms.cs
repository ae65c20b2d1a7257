using System.Diagnostics;
using PortableVirt.Tests.Support;

namespace PortableVirt.Control.Tests.Daemon;

/// <summary>Windows programs of these tests, built from C with mingw-w64 once a test run.</summary>
internal static class ControlPrograms
{
    private const string Compiler = "x86_64-w64-mingw32-gcc";
    private static readonly Lazy<string> Folder = new(Build);

    /// <summary>Host path of a program; every user may read it.</summary>
    public static string Path(string name) => System.IO.Path.Combine(Folder.Value, name + ".exe");

    private static string Build()
    {
        string folder = Directory.CreateTempSubdirectory("portablevirt-control-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        File.SetUnixFileMode(folder, (UnixFileMode)0x1ED);
        if (!ProgramRunner.IsOnPath(Compiler))
        {
            throw new InvalidOperationException($"{Compiler} is missing: apt-get install gcc-mingw-w64-x86-64");
        }

        foreach (string source in Directory.GetFiles(RepositoryPaths.Tests("Control.Tests/Programs"), "*.c"))
        {
            string program = System.IO.Path.Combine(folder, System.IO.Path.GetFileNameWithoutExtension(source) + ".exe");
            using Process compile = Process.Start(Compiler, ["-O1", "-municode", .. MainFlags(source), "-o", program, source]);
            compile.WaitForExit();
            if (compile.ExitCode != 0)
            {
                throw new InvalidOperationException($"{source} does not compile");
            }
        }

        return folder;
    }

    private static string[] MainFlags(string source) =>
        File.ReadAllText(source).Contains("wmain", StringComparison.Ordinal) ? [] : ["-mno-unicode"];
}
