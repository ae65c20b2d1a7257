using PortableVirt.Cell;
using PortableVirt.VirtualLayer.Files;

namespace PortableVirt.VmApp.Core;

/// <summary>The host paths of a run, as its options name them.</summary>
public static class RunPaths
{
    /// <summary>What the program sees of the host; of two grants the longer path decides.</summary>
    /// <param name="options">The run.</param>
    /// <param name="program">Absolute host path of the program.</param>
    public static IReadOnlyList<FileGrant> Grants(LaunchOptions options, string program)
    {
        List<FileGrant> grants = [.. options.Grants.Select(g => FileGrant.FromUser(g.Path, options.WorkingFolder, g.ReadOnly))];
        if (options.Package is not null)
        {
            return grants;
        }
        if (options.Private)
        {
            // The program's own file is what is being run; nothing else of the host is there.
            grants.Add(new FileGrant(program, true));
        }
        else
        {
            grants.Add(FileGrant.FromUser(options.WorkingFolder, "/", false));
            grants.Add(FileGrant.FromUser(Path.GetDirectoryName(program)!, "/", false));
        }
        return grants;
    }

    /// <summary>As above for a registered package, whose program is not a file of the host.</summary>
    public static IReadOnlyList<FileGrant> PackageGrants(LaunchOptions options)
    {
        List<FileGrant> grants = [.. options.Grants.Select(g => FileGrant.FromUser(g.Path, options.WorkingFolder, g.ReadOnly))];
        if (!options.Private)
        {
            grants.Add(FileGrant.FromUser(options.WorkingFolder, "/", false));
        }
        return grants;
    }

    /// <summary>Absolute host path of the program.</summary>
    public static string Program(LaunchOptions options) => Path.GetFullPath(options.ProgramPath, options.WorkingFolder);

    /// <summary>What the VM-app itself needs besides the grants.</summary>
    public static IEnumerable<CellPath> Own(LaunchOptions options)
    {
        if (options.SystemLibraryFolder is { } library)
        {
            yield return new CellPath(library, CellPathUse.Read);
        }
        if (options.DataFolder is { } data)
        {
            yield return new CellPath(data, CellPathUse.Change);
        }
        if (options.CrashReportFile is { } report)
        {
            yield return new CellPath(report, CellPathUse.Write);
        }
        foreach (CellPath path in HostPaths.For(options.Network))
        {
            yield return path;
        }
    }
}
