using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using PortableVirt.Analysis.Pe;

namespace PortableVirt.Analysis.Imports;

/// <summary>
/// Finds DLLs in the program's folder, then in the system folder, then among those that we make ourselves; api sets by apisetschema.dll of the system folder.
/// Names are compared without case. Files stay mapped until <see cref="Dispose"/>; they must not be shortened meanwhile (see <see cref="MappedFile"/>).
/// </summary>
/// <param name="programFolder">Host folder of the program.</param>
/// <param name="systemFolder">Host folder of the system's DLLs.</param>
/// <param name="provided">DLLs that the system folder lacks and we supply: lower-case name and contents.</param>
/// <param name="added">Exports that the system folder's DLLs get in memory, by the DLL's lower-case name; asked once, with its ntdll.dll. Null for none.</param>
public sealed class FolderResolver(
    string programFolder,
    string systemFolder,
    IReadOnlyDictionary<string, ReadOnlyMemory<byte>> provided,
    Func<PeImage, IReadOnlyDictionary<string, IReadOnlySet<string>>>? added = null) : IModuleResolver, IDisposable
{
    private readonly List<MappedFile> _open = [];
    private readonly Dictionary<string, ResolvedModule?> _modules = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, string>> _listings = new(StringComparer.Ordinal);
    private ApiSetMap? _apiSets;
    private bool _apiSetsRead;
    private IReadOnlyDictionary<string, IReadOnlySet<string>>? _added;

    /// <inheritdoc/>
    public ResolvedModule? Resolve(string name, string importer)
    {
        if (name.AsSpan().ContainsAny('/', '\\', '\0') || name.Length is 0 or > 255)
        {
            return null;
        }
        if (ApiSetMap.IsContractName(name) && ApiSets is { } sets)
        {
            if (!sets.TryResolve(name, importer, out string host) || host.Length == 0)
            {
                return null;
            }
            return Find(host.ToLowerInvariant(), systemOnly: true);
        }
        string lower = name.ToLowerInvariant();
        return Find(lower.Contains('.') ? lower : lower + ".dll", systemOnly: false);
    }

    /// <inheritdoc/>
    public void Dispose() => _open.ForEach(f => ((IDisposable)f).Dispose());

    private ApiSetMap? ApiSets
    {
        get
        {
            if (!_apiSetsRead)
            {
                _apiSetsRead = true;
                if (Find("apisetschema.dll", systemOnly: true) is { } module)
                {
                    ApiSetMap.TryRead(module.Image, out _apiSets);
                }
            }
            return _apiSets;
        }
    }

    private IReadOnlyDictionary<string, IReadOnlySet<string>> Added =>
        _added ??= added is not null && TryOpen(systemFolder, "ntdll.dll", out PeImage? ntdll) ? added(ntdll) : ReadOnlyDictionary<string, IReadOnlySet<string>>.Empty;

    private ResolvedModule? Find(string name, bool systemOnly)
    {
        if (_modules.TryGetValue(name, out ResolvedModule? known))
        {
            return known;
        }
        ResolvedModule? module = null;
        if (!systemOnly && TryOpen(programFolder, name, out PeImage? image))
        {
            module = new ResolvedModule(name, image, false);
        }
        else if (TryOpen(systemFolder, name, out image))
        {
            module = new ResolvedModule(name, image, true, Added: Added.GetValueOrDefault(name));
        }
        else if (provided.TryGetValue(name, out ReadOnlyMemory<byte> bytes) && PeImage.TryParse(bytes, out image, out _))
        {
            module = new ResolvedModule(name, image, true, IsMade: true);
        }
        _modules.Add(name, module);
        return module;
    }

    private bool TryOpen(string folder, string name, [NotNullWhen(true)] out PeImage? image)
    {
        image = null;
        string path = Path.Combine(folder, name);
        if (!File.Exists(path))
        {
            if (!Listing(folder).TryGetValue(name, out string? actual))
            {
                return false;
            }
            path = Path.Combine(folder, actual);
        }
        MappedFile file;
        try
        {
            file = MappedFile.Open(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
        _open.Add(file);
        return PeImage.TryParse(file.Memory, file.FileLength, out image, out _) && image.Headers.Machine == PeMachine.Amd64;
    }

    /// <summary>The DLLs of a folder whose names are not in lower case.</summary>
    private Dictionary<string, string> Listing(string folder)
    {
        if (!_listings.TryGetValue(folder, out Dictionary<string, string>? names))
        {
            names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            if (Directory.Exists(folder))
            {
                foreach (string path in Directory.EnumerateFiles(folder))
                {
                    string name = Path.GetFileName(path);
                    if (name.AsSpan().ContainsAnyInRange('A', 'Z'))
                    {
                        names.TryAdd(name, name);
                    }
                }
            }
            _listings.Add(folder, names);
        }
        return names;
    }
}
