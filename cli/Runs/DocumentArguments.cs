using PortableVirt.VmApp.Core;

namespace PortableVirt.Cli.Runs;

/// <summary>Opens documents: a program gets their paths as it sees them, and the folders that they are in.</summary>
public static class DocumentArguments
{
    /// <summary>
    /// Turns arguments that name existing host files and folders into DOS paths and grants the files' folders; other arguments stay as they are. The
    /// program starts in the first document's folder.
    /// </summary>
    /// <param name="options">The run.</param>
    /// <param name="keepFolder">True: the working folder stays.</param>
    public static LaunchOptions Apply(LaunchOptions options, bool keepFolder)
    {
        List<string> arguments = [];
        List<Grant> grants = [.. options.Grants];
        string? first = null;
        foreach (string argument in options.Arguments)
        {
            string path = argument.Length == 0 ? "" : Path.TrimEndingDirectorySeparator(Path.GetFullPath(argument, options.WorkingFolder));
            if (!Path.Exists(path))
            {
                arguments.Add(argument);
                continue;
            }
            string folder = Directory.Exists(path) ? path : Path.GetDirectoryName(path)!;
            first ??= folder;
            Add(grants, folder);
            if (folder != path && new FileInfo(path).LinkTarget is not null)
            {
                // A link may lead out of its folder; granted by its own name it is followed.
                Add(grants, path);
            }
            arguments.Add(DosPath.OfHost(path));
        }
        return options with { Arguments = arguments, Grants = grants, WorkingFolder = keepFolder ? options.WorkingFolder : first ?? options.WorkingFolder };
    }

    private static void Add(List<Grant> grants, string path)
    {
        if (!grants.Exists(g => g.Path == path))
        {
            grants.Add(new Grant(path, false));
        }
    }
}
