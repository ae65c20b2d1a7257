using PortableVirt.Tests.Support;

namespace PortableVirt.Terminal.Tests;

/// <summary>The guest programs of these tests (Programs/).</summary>
internal static class TerminalPrograms
{
    /// <summary>Builds them, where they have changed, and gives the path of one.</summary>
    public static async Task<string> BuildAsync(string name)
    {
        string folder = Path.Combine(RepositoryPaths.Artifacts, "guest", "Terminal");
        ProgramRun build = await ProgramRunner.RunAsync(
            ["bash", Path.Combine(RepositoryPaths.Tests("Guest"), "build.sh"), Path.Combine(RepositoryPaths.Tests("Terminal.Tests"), "Programs"), folder],
            RepositoryPaths.Root);
        Assert.True(build.ExitCode == 0, build.Describe());
        return Path.Combine(folder, name + ".exe");
    }
}
