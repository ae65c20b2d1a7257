using System.IO.Enumeration;
using PortableVirt.Analysis.Needs;
using PortableVirt.Analysis.Pe;
using PortableVirt.Appliance.Format;
using PortableVirt.Appliance.Icons;
using PortableVirt.Appliance.Reduction;

namespace PortableVirt.Appliance.Packing;

/// <summary>
/// Chooses what a package holds from a list: the closed set of the program's modules, what its runs loaded and started besides, the code pages that the
/// runs used, the program and the files beside it that were asked for.
/// </summary>
public sealed class PackageContents
{
    /// <summary>
    /// Needed by every process before its first import is bound: the process start protocol names them (measured). mscoree.dll is looked for at the end,
    /// by exit() of the C run-time libraries, but not loaded: it comes without what it imports.
    /// </summary>
    private static readonly string[] _always = ["ntdll.dll", "kernel32.dll", "kernelbase.dll", "apisetschema.dll", "mscoree.dll"];

    /// <summary>Opened by every start (measured on libwine 8.0): locale data, the case table, the default ANSI, OEM and ASCII code pages, normal forms.</summary>
    private static readonly string[] _alwaysNls = ["locale.nls", "l_intl.nls", "c_1252.nls", "c_437.nls", "c_20127.nls", "normnfc.nls", "sortdefault.nls"];

    /// <summary>Words of the ledger before what a member was made smaller from.</summary>
    public const string ReducedMark = "reduced from";

    /// <summary>Their files are read by the host: numbers of system calls, api sets.</summary>
    private static readonly HashSet<string> _neverSplit = new(StringComparer.Ordinal) { "ntdll.dll", "win32u.dll", "apisetschema.dll" };

    private const string BesideProgram = "beside the program";

    /// <summary>A part of a pattern that stands for any number of folders.</summary>
    private const string AnyDepth = "**";

    private readonly PackageSources _sources;
    private readonly NeedList _list;
    private readonly SortedDictionary<string, PackedFile> _files = new(StringComparer.Ordinal);

    private PackageContents(PackageSources sources, NeedList list) => (_sources, _list) = (sources, list);

    /// <summary>The files by path. Throws <see cref="IOException"/>, <see cref="UnauthorizedAccessException"/>, <see cref="PackageException"/>.</summary>
    public static IReadOnlyList<PackedFile> Collect(PackageSources sources, NeedList list)
    {
        PackageContents contents = new(sources, list);
        contents.AddProgram();
        contents.AddSystem();
        contents.AddNls();
        foreach (PackedFile fact in sources.Facts)
        {
            contents.Put(fact);
        }
        contents.AddNotes();
        return [.. contents._files.Values];
    }

    /// <summary>The manifest of these files.</summary>
    public static PackageManifest Describe(PackageSources sources, IReadOnlyList<PackedFile> files) => new(
        ProgramMember(sources),
        [.. files.Select(f => new PackageMember(f.Path, f.Content.Length, Hash(f.Content), f.Origin))]);

    private static string ProgramMember(PackageSources sources) => InProgram(Path.GetRelativePath(sources.Root, sources.Program));

    private static string InProgram(string relative) => $"{PackageManifest.ProgramFolder}/{relative}";

    private static string Hash(ReadOnlyMemory<byte> bytes) => Sha256.HexOf(bytes.Span);

    private void AddProgram()
    {
        string folder = Path.GetDirectoryName(_sources.Program)!;
        Add(ProgramMember(_sources), _sources.Program, "the program", reduce: false);
        foreach (ModuleNeed module in _list.Modules.Where(m => m.Origin == ModuleOrigin.Program && m.NeededBy.Length != 0))
        {
            string? path = Directory.EnumerateFiles(folder).FirstOrDefault(f => Path.GetFileName(f).Equals(module.Name, StringComparison.OrdinalIgnoreCase));
            if (path is not null)
            {
                Add(InProgram(Path.GetRelativePath(_sources.Root, path)), path, BesideProgram, reduce: false);
            }
        }
        foreach (string pattern in _sources.Files)
        {
            AddMatches(pattern);
        }
    }

    private void AddMatches(string pattern)
    {
        string folder = _sources.Root;
        string[] parts = pattern.Split('/');
        if (!MemberPath.IsValid(pattern))
        {
            throw new PackageException($"--files {pattern}: a pattern is relative to {folder} and has no \"..\" (--root names a folder further up)");
        }
        IEnumerable<string> found = [""];
        for (int i = 0; i < parts.Length; i++)
        {
            bool last = i == parts.Length - 1;
            string part = parts[i];
            found = part == AnyDepth
                ? found.SelectMany(relative => last ? Below(folder, relative, Directory.EnumerateFiles) : Below(folder, relative, Directory.EnumerateDirectories).Prepend(relative)).ToList()
                : found.SelectMany(relative => Entries(folder, relative, part, last)).ToList();
        }
        foreach (string relative in found)
        {
            Add(InProgram(relative), Path.Combine(folder, relative), BesideProgram, reduce: false);
        }
        if (!found.Any())
        {
            throw new PackageException($"--files {pattern}: no file of {folder} fits");
        }
    }

    private static IEnumerable<string> Entries(string folder, string relative, string pattern, bool files)
    {
        string path = Path.Combine(folder, relative);
        return (files ? Directory.EnumerateFiles(path) : Directory.EnumerateDirectories(path))
            .Select(Path.GetFileName).Where(name => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false)).Order(StringComparer.Ordinal)
            .Select(name => relative.Length == 0 ? name! : $"{relative}/{name}");
    }

    private static IEnumerable<string> Below(string folder, string relative, Func<string, string, SearchOption, IEnumerable<string>> enumerate) =>
        enumerate(Path.Combine(folder, relative), "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path)).Order(StringComparer.Ordinal);

    /// <summary>Licences, policy and icon: what is for people and for PortableVirt.</summary>
    private void AddNotes()
    {
        foreach (PackedFile note in _sources.Notes)
        {
            Put(note);
        }
        if (_files.ContainsKey($"{PackageManifest.SystemFolder}/ws2_32.dll"))
        {
            foreach (PackedFile file in _sources.NetworkFiles)
            {
                Put(file);
            }
        }
        if (PeImage.TryParse(File.ReadAllBytes(_sources.Program), out PeImage? image, out _) && IconReader.Read(image) is [.., var largest])
        {
            Put(new PackedFile(PackageManifest.IconPath, largest.Png, "the program's resources"));
        }
    }

    private void AddSystem()
    {
        IEnumerable<string> used = _list.Runs.SelectMany(run => run.OfKind("module").Concat(run.OfKind("file").Concat(run.OfKind("process")).Select(SystemFileName)));
        IEnumerable<string> named = _list.Modules.Where(m => m.Origin != ModuleOrigin.Program).Select(m => m.Name);
        foreach (string name in _always.Concat(named).Concat(used).Where(n => n.Length != 0).Select(n => n.ToLowerInvariant()).Distinct())
        {
            string path = Path.Combine(_sources.SystemFolder, name);
            if (File.Exists(path))
            {
                Add($"{PackageManifest.SystemFolder}/{name}", path, _sources.SystemName, reduce: true);
            }
            else if (_sources.Made.TryGetValue(name, out ReadOnlyMemory<byte> made))
            {
                Put(new PackedFile($"{PackageManifest.SystemFolder}/{name}", made, "PortableVirt"));
            }
        }
    }

    /// <summary>The name of a file of C:\windows\system32 that a run found; empty for others. Facts are "found PATH" or, of processes, the path.</summary>
    private static string SystemFileName(string fact)
    {
        const string folder = @"C:\windows\system32\";
        string path = fact.StartsWith("found ", StringComparison.Ordinal) ? fact["found ".Length..] : fact;
        return path.StartsWith(folder, StringComparison.OrdinalIgnoreCase) && path.IndexOf('\\', folder.Length) < 0 ? path[folder.Length..] : "";
    }

    private void AddNls()
    {
        string[] used = [.. _list.Runs.SelectMany(run => run.OfKind("nls"))];
        IEnumerable<string> names = used.Length == 0 ? Directory.EnumerateFiles(_sources.NlsFolder, "*.nls").Select(f => Path.GetFileName(f)!) : _alwaysNls.Concat(used);
        foreach (string name in names.Distinct().Where(n => File.Exists(Path.Combine(_sources.NlsFolder, n))))
        {
            Add($"{PackageManifest.NlsFolder}/{name}", Path.Combine(_sources.NlsFolder, name), _sources.SystemName, reduce: false);
        }
    }

    private void Add(string path, string hostPath, string origin, bool reduce)
    {
        byte[] original = File.ReadAllBytes(hostPath);
        ReadOnlyMemory<byte> content = reduce ? PeReducer.Reduce(original) : original;
        string name = Path.GetFileName(hostPath).ToLowerInvariant();
        if (_sources.TouchedPages is { } touched && !_neverSplit.Contains(name))
        {
            content = PageSubset.Reduce(content, touched.GetValueOrDefault(NeedListText.WriteName(name)) ?? []);
        }
        string how = content.Length == original.Length ? "" : $", {ReducedMark} {original.Length} bytes sha256:{Hash(original)}";
        Put(new PackedFile(path, content, origin + how));
    }

    private void Put(PackedFile file)
    {
        if (!MemberPath.IsValid(file.Path))
        {
            throw new PackageException($"{file.Path} cannot be in a package: its name has characters that packages do not allow");
        }
        _files.TryAdd(file.Path, file);
        _sources.Collected?.Invoke(file.Content.Length);
    }
}
