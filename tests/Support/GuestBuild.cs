namespace PortableVirt.Tests.Support;

/// <summary>Builds a folder of guest programs once with mingw-w64 (tests/Guest/build.sh).</summary>
public sealed class GuestBuild(string area)
{
    private readonly Lazy<Task> _build = new(() => BuildAsync(area));

    /// <summary>Where the built programs are.</summary>
    public string Folder { get; } = OutputFolder(area);

    /// <summary>Host path of a built program. Builds when first asked.</summary>
    /// <exception cref="InvalidOperationException">A program does not compile, or there is no compiler.</exception>
    public async Task<string> ProgramAsync(string name)
    {
        await _build.Value;
        return Path.Combine(Folder, name + ".exe");
    }

    /// <summary>The names of all programs in a folder of sources.</summary>
    public static IEnumerable<string> ProgramNames(string area) =>
        Directory.EnumerateFiles(RepositoryPaths.Tests(area))
            .Where(file => Path.GetExtension(file) is ".c" or ".cpp")
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Where(name => !name.StartsWith("dll_", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    private static string OutputFolder(string area) => Path.Combine(RepositoryPaths.Artifacts, "guest", area);

    private static async Task BuildAsync(string area)
    {
        string script = Path.Combine(RepositoryPaths.Tests("Guest"), "build.sh");
        ProgramRun run = await ProgramRunner.RunAsync(
            ["bash", script, RepositoryPaths.Tests(area), OutputFolder(area)], RepositoryPaths.Root, limit: TimeSpan.FromMinutes(5));
        if (run.ExitCode != 0)
        {
            throw new InvalidOperationException($"The guest programs of tests/{area} do not build: {run.Describe()}");
        }
    }
}
