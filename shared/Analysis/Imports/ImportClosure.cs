using PortableVirt.Analysis.Pe;

namespace PortableVirt.Analysis.Imports;

/// <summary>All DLLs that are loaded with a program, and what is missing among them. Delayed imports are not followed: programs run without them.</summary>
public sealed class ImportClosure
{
    /// <summary>Most modules that are followed.</summary>
    public const int Limit = 2048;

    /// <summary>Most missing DLLs and most missing functions that are listed.</summary>
    public const int ListLimit = 256;

    private const int ForwarderDepth = 8;
    private const int FunctionLimit = 1 << 18;

    private readonly IModuleResolver _resolver;
    private readonly Dictionary<string, ResolvedModule> _modules = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _importers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _missing = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<MissingModule> _missingModules = [];
    private readonly List<MissingFunction> _missingFunctions = [];

    private int _functionsChecked;

    private ImportClosure(IModuleResolver resolver) => _resolver = resolver;

    /// <summary>The modules in the order in which they were found, without the program.</summary>
    public IReadOnlyCollection<ResolvedModule> Modules => _modules.Values;

    /// <summary>DLLs that were not found, each once, with the first that needs it.</summary>
    public IReadOnlyList<MissingModule> MissingModules => _missingModules;

    /// <summary>Functions that the program and the DLLs beside it import and that are not exported. System DLLs fit each other and are not checked.</summary>
    public IReadOnlyList<MissingFunction> MissingFunctions => _missingFunctions;

    /// <summary>Follows the imports of a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="name">Its file name.</param>
    public static ImportClosure Compute(PeImage program, string name, IModuleResolver resolver)
    {
        ImportClosure closure = new(resolver);
        Queue<(PeImage Image, string Name, bool IsSystem)> queue = new();
        queue.Enqueue((program, name, false));
        while (queue.TryDequeue(out (PeImage Image, string Name, bool IsSystem) next))
        {
            foreach (PeImportedModule import in PeImports.Read(next.Image))
            {
                if (resolver.Resolve(import.Name, next.Name) is not { } module)
                {
                    closure.AddMissing(import.Name, next.Name);
                    continue;
                }
                if (closure._modules.Count < Limit && closure._modules.TryAdd(module.Name, module))
                {
                    closure._importers.Add(module.Name, next.Name);
                    queue.Enqueue((module.Image, module.Name, module.IsSystem));
                }
                if (!next.IsSystem)
                {
                    closure.CheckFunctions(import, module, next.Name);
                }
            }
        }
        return closure;
    }

    private void AddMissing(string name, string importer)
    {
        if (_missingModules.Count == ListLimit || !_missing.Add(name))
        {
            return;
        }
        List<string> chain = [importer];
        while (chain.Count <= Limit && _importers.TryGetValue(chain[^1], out string? next))
        {
            chain.Add(next);
        }
        chain.Reverse();
        _missingModules.Add(new MissingModule(name, chain));
    }

    private void CheckFunctions(PeImportedModule import, ResolvedModule module, string importer)
    {
        foreach (PeImport function in import.Functions)
        {
            if (_missingFunctions.Count == ListLimit || _functionsChecked++ > FunctionLimit)
            {
                return;
            }
            if (!Exists(module, function, ForwarderDepth))
            {
                _missingFunctions.Add(new MissingFunction(import.Name, function.ToString(), importer));
            }
        }
    }

    private bool Exists(ResolvedModule module, in PeImport function, int depth)
    {
        bool found = function.Name is { } name ? module.Image.Exports.TryFind(name, out PeExport export) : module.Image.Exports.TryFind(function.Ordinal, out export);
        if (!found || export.Forwarder is not { } forwarder)
        {
            return found;
        }
        int dot = forwarder.LastIndexOf('.');
        if (dot <= 0 || depth == 0 || _resolver.Resolve(forwarder[..dot] + ".dll", module.Name) is not { } target)
        {
            return false;
        }
        string rest = forwarder[(dot + 1)..];
        PeImport next = rest.StartsWith('#') && ushort.TryParse(rest.AsSpan(1), out ushort ordinal) ? new PeImport(null, ordinal, 0) : new PeImport(rest, 0, 0);
        return Exists(target, next, depth - 1);
    }
}
