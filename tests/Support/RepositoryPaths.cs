namespace PortableVirt.Tests.Support;

/// <summary>Folders of the source tree that the tests run from.</summary>
public static class RepositoryPaths
{
    /// <summary>The folder that holds PortableVirt.sln, found upwards from the test assembly.</summary>
    /// <exception cref="DirectoryNotFoundException">The test assembly is not below a source tree.</exception>
    public static string Root { get; } = FindRoot();

    /// <summary>Where builds and tests leave what is not kept in git.</summary>
    public static string Artifacts => Path.Combine(Root, "artifacts");

    /// <summary>The folder of a test area, for example <c>Guest</c>.</summary>
    public static string Tests(string area) => Path.Combine(Root, "tests", area);

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "PortableVirt.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No PortableVirt.sln above {AppContext.BaseDirectory}.");
    }
}
