using System.Globalization;
using PortableVirt.Appliance.Format;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Output;
using PortableVirt.Cli.Packages;
using PortableVirt.Emulation.Io.Disk.Layers;
using PortableVirt.VmApp.Core;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl data.</summary>
public sealed class DataVerb : Verb
{
    /// <inheritdoc/>
    public override string Name => "data";

    /// <inheritdoc/>
    public override string Operands => "list APP | reset APP | export APP FOLDER";

    /// <inheritdoc/>
    public override string Summary => "Lists, removes or copies what a packed program has changed on its drive C: and in its registry";

    /// <inheritdoc/>
    public override int FailureCode => ExitCodes.Failed;

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options => [new("--data", "FOLDER", "the changes are there, not in the package's usual folder"), Option.Json];

    /// <inheritdoc/>
    public override string Notes => """
        Changes are kept in ~/.local/share/portablevirt/PROGRAM-HASH: "drive_c" has new and changed files, "deleted" the paths that are gone, "user.reg" the
        registry keys of the user. list marks files with +, deleted paths with -, and the registry with R. export copies them to a new folder, which
        "APP --portablevirt-data FOLDER" can use.
        """;

    /// <inheritdoc/>
    public override Task<int> RunAsync(Arguments arguments)
    {
        Run([.. arguments.Operands], arguments);
        return Task.FromResult(0);
    }

    private static void Run(string[] words, Arguments arguments)
    {
        switch (words)
        {
            case ["list", var app]:
                List(FolderOf(app, arguments), arguments.Has("--json"));
                break;
            case ["reset", var app]:
                string reset = FolderOf(app, arguments);
                Reset(reset);
                TellFolder(reset, arguments);
                break;
            case ["export", var app, var target]:
                Export(FolderOf(app, arguments), Path.GetFullPath(target));
                TellFolder(Path.GetFullPath(target), arguments);
                break;
            default:
                throw new UsageException("what is to be done with which package's data?");
        }
    }

    private static string FolderOf(string app, Arguments arguments)
    {
        using PackageReader reader = PackageReader.TryOpen(app) ?? throw new PackageException($"{app} is no package (\"pvctl pack\" makes one)");
        return arguments.Value("--data") is { } given ? Path.GetFullPath(given)
            : PackageData.FolderOf(reader.Manifest) ?? throw new PackageException("there is no place where changes are kept: HOME is not set");
    }

    private static void List(string folder, bool json)
    {
        List<(char Kind, string Path, long Size)> changes = [];
        string drive = Path.Combine(folder, DataLayout.Drive);
        if (Directory.Exists(drive))
        {
            EnumerationOptions all = new() { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = false };
            foreach (FileInfo file in new DirectoryInfo(drive).EnumerateFiles("*", all).OrderBy(f => f.FullName, StringComparer.Ordinal))
            {
                changes.Add(('+', ToDos(Path.GetRelativePath(drive, file.FullName)), file.Length));
            }
        }
        changes.AddRange(DataLayout.ReadDeleted(folder).Order(StringComparer.Ordinal).Select(path => ('-', ToDos(path), 0L)));
        FileInfo registry = new(Path.Combine(folder, DataLayout.Registry));
        if (registry.Exists)
        {
            changes.Add(('R', "HKEY_CURRENT_USER", registry.Length));
        }
        Console.Out.Write(json ? ToJson(folder, changes) : string.Concat(changes.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Kind} {(c.Kind == '-' ? "" : c.Size),12} {c.Path}\n"))));
    }

    /// <summary>With --json, what list tells of a folder that was reset or written.</summary>
    private static void TellFolder(string folder, Arguments arguments)
    {
        if (arguments.Has(Option.Json.Name))
        {
            List(folder, json: true);
        }
    }

    private static string ToDos(string path) => @"C:\" + path.Replace('/', '\\');

    private static string ToJson(string folder, List<(char Kind, string Path, long Size)> changes) => Json.Document(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("folder", folder);
        writer.WriteStartArray("changes");
        foreach ((char kind, string path, long size) in changes)
        {
            writer.WriteStartObject();
            writer.WriteString("kind", kind switch { '+' => "file", '-' => "deleted", _ => "registry" });
            writer.WriteString("path", path);
            writer.WriteNumber("size", size);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static void Reset(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }
        using PackageData data = PackageData.Take(folder);
        // The names of deleted files go last: without them files of the package would come back beside changed ones.
        string drive = Path.Combine(folder, DataLayout.Drive);
        if (Directory.Exists(drive))
        {
            Directory.Delete(drive, true);
        }
        File.Delete(Path.Combine(folder, DataLayout.Registry));
        File.Delete(Path.Combine(folder, DataLayout.Deleted));
        File.Delete(Path.Combine(folder, DataLayout.Lock));
        Directory.Delete(folder, false);
    }

    private static void Export(string folder, string target)
    {
        if (Path.Exists(target))
        {
            throw new PackageException($"{target} exists: name a folder that is not there yet");
        }
        if (!Directory.Exists(folder))
        {
            throw new PackageException($"there are no changes: {folder} does not exist");
        }
        using PackageData data = PackageData.Take(folder);
        string fresh = $"{target}.{Environment.ProcessId}.new";
        try
        {
            Directory.CreateDirectory(fresh);
            DataLayout.Copy(folder, fresh);
            Directory.Move(fresh, target);
        }
        catch
        {
            Directory.Delete(fresh, true);
            throw;
        }
    }
}
