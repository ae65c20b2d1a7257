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
        if (!module.TryFind(function, out PeExport export))
        {
            return false;
        }
        return export.Forwarder is not { } text || (depth != 0 && PeForwarder.TryParse(text, out PeForwarder? forwarder) && _resolver.Resolve(forwarder.Module, module.Name) is { } target
            && Exists(target, forwarder.Function, depth - 1));
    }
}
