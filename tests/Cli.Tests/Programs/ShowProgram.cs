using PortableVirt.Tests.Support;

namespace PortableVirt.Cli.Tests.Programs;

/// <summary>The Windows program of these tests, with an icon and a version resource.</summary>
internal static class ShowProgram
{
    private static readonly Lazy<Task<string>> s_build = new(BuildAsync);

    /// <summary>Host path of the built program.</summary>
    public static Task<string> PathAsync() => s_build.Value;

    private static async Task<string> BuildAsync()
    {
        string source = Path.Combine(RepositoryPaths.Tests("Cli.Tests"), "Programs");
        string folder = Directory.CreateDirectory(Path.Combine(RepositoryPaths.Artifacts, "guest", "Cli")).FullName;
        string program = Path.Combine(folder, "show.exe");
        await File.WriteAllBytesAsync(Path.Combine(folder, "show.ico"), IconFile.Make());
        await RequireAsync(folder, "x86_64-w64-mingw32-windres", "-I", folder, Path.Combine(source, "show.rc"), "-O", "coff", "-o", "show.res.o");
        await RequireAsync(folder, "x86_64-w64-mingw32-gcc", "-O1", "-Wall", "-Werror", "-o", program, Path.Combine(source, "show.c"), "show.res.o", "-lshell32");
        return program;
    }

    private static async Task RequireAsync(string folder, params string[] command)
    {
        ProgramRun run = await ProgramRunner.RunAsync(command, folder);
        Assert.True(run.ExitCode == 0, run.Describe());
    }
}
