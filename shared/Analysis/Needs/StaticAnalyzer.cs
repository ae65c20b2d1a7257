using System.Security.Cryptography;
using PortableVirt.Analysis.Imports;
using PortableVirt.Analysis.Pe;

namespace PortableVirt.Analysis.Needs;

/// <summary>
/// Finds what a program needs without running it: its imports and delayed imports, bound through forwarders and api sets to the system library source,
/// recursively until the set is closed, and the gates in its code.
/// </summary>
public sealed class StaticAnalyzer
{
    private const int ForwarderDepth = 8;

    /// <summary>What libwine 8.0's DLLs load by name in every program: the entry point of user32 the input methods (measured).</summary>
    private static readonly Dictionary<string, string> _loadedByName = new(StringComparer.Ordinal) { ["user32.dll"] = "imm32.dll" };

    private readonly IModuleResolver _resolver;
    private readonly Dictionary<string, Found> _modules = new(StringComparer.Ordinal);
    private readonly HashSet<FunctionNeed> _functions = [];
    private readonly Queue<Found> _queue = new();

    private readonly Action<long>? _progress;

    private StaticAnalyzer(IModuleResolver resolver, Action<long>? progress) => (_resolver, _progress) = (resolver, progress);

    private sealed record Found(PeImage Image, string Name, ModuleOrigin Origin, string NeededBy, bool IsDelayed);

    /// <summary>Analyses a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="name">Its file name.</param>
    /// <param name="resolver">Finds DLLs.</param>
    /// <param name="progress">Told the bytes of every module when it is found; null for nobody.</param>
    public static NeedList Analyze(PeImage program, string name, IModuleResolver resolver, Action<long>? progress = null)
    {
        StaticAnalyzer analyzer = new(resolver, progress);
        analyzer.Add(new Found(program, name.ToLowerInvariant(), ModuleOrigin.Program, "", false));
        analyzer.Follow(delayed: false);
        foreach (Found found in analyzer._modules.Values.ToList())
        {
            analyzer._queue.Enqueue(found);
        }
        analyzer.Follow(delayed: true);
        ImportClosure closure = ImportClosure.Compute(program, name, resolver);
        List<Found> own = [.. analyzer._modules.Values.Where(m => m.Origin == ModuleOrigin.Program)];
        return new NeedList
        {
            Program = name,
            Facts = ProgramFacts.Read(program),
            Modules = [.. analyzer._modules.Values.Select(Describe).OrderBy(m => m.NeededBy.Length != 0).ThenBy(m => m.Name, StringComparer.Ordinal)],
            Functions = [.. analyzer._functions.OrderBy(f => f.Importer, StringComparer.Ordinal).ThenBy(f => f.Module, StringComparer.Ordinal).ThenBy(f => f.Function, StringComparer.Ordinal)],
            Gates = [.. own.SelectMany(m => GateScanner.Scan(m.Image, m.Name))],
            Missing = [.. closure.MissingModules.Select(m => $"module {m}"), .. closure.MissingFunctions.Select(f => $"function {f}")],
            Unknown = [.. own.SelectMany(m => UnknownNeeds.Find(m.Image, m.Name))],
        };
    }

    private static ModuleNeed Describe(Found found) => new(
        found.Name, found.Origin, found.NeededBy, found.IsDelayed, found.Image.FileLength, Convert.ToHexStringLower(SHA256.HashData(found.Image.Data.Span)));

    private void Add(Found found)
    {
        if (_modules.Count < ImportClosure.Limit && _modules.TryAdd(found.Name, found))
        {
            _queue.Enqueue(found);
            _progress?.Invoke(found.Image.FileLength);
        }
    }

    /// <summary>Follows the queue to its end. What is reached in the first round, without delayed imports, is loaded in any case.</summary>
    private void Follow(bool delayed)
    {
        while (_queue.TryDequeue(out Found? next))
        {
            foreach (PeImportedModule import in PeImports.Read(next.Image))
            {
                Bind(next, import, delayed && next.IsDelayed);
            }
            if (next.Origin == ModuleOrigin.System && _loadedByName.TryGetValue(next.Name, out string? loaded))
            {
                Resolve(loaded, next.Name, delayed && next.IsDelayed);
            }
            if (delayed)
            {
                foreach (PeImportedModule import in PeImports.ReadDelayed(next.Image))
                {
                    Bind(next, import, true);
                }
            }
        }
    }

    private void Bind(Found importer, PeImportedModule import, bool isDelayed)
    {
        if (Resolve(import.Name, importer.Name, isDelayed) is not { } module)
        {
            return;
        }
        foreach (PeImport function in import.Functions)
        {
            Need(importer, module, function.ToString(), import.IsDelayed ? BindingKind.Delayed : BindingKind.Import);
            Forward(importer, module, function, isDelayed, ForwarderDepth);
        }
    }

    private ResolvedModule? Resolve(string name, string importer, bool isDelayed)
    {
        if (_resolver.Resolve(name, importer) is not { } module)
        {
            return null;
        }
        ModuleOrigin origin = !module.IsSystem ? ModuleOrigin.Program : module.IsMade ? ModuleOrigin.Made : ModuleOrigin.System;
        Add(new Found(module.Image, module.Name, origin, importer, isDelayed));
        return module;
    }

    private void Forward(Found importer, ResolvedModule module, in PeImport function, bool isDelayed, int depth)
    {
        if (depth == 0 || !module.TryFind(function, out PeExport export) || export.Forwarder is not { } text || !PeForwarder.TryParse(text, out PeForwarder? forwarder)
            || Resolve(forwarder.Module, module.Name, isDelayed) is not { } target)
        {
            return;
        }
        Need(importer, target, forwarder.Function.ToString(), BindingKind.Forwarded);
        Forward(importer, target, forwarder.Function, isDelayed, depth - 1);
    }

    private void Need(Found importer, ResolvedModule module, string function, BindingKind kind)
    {
        if (importer.Origin == ModuleOrigin.Program)
        {
            _functions.Add(new FunctionNeed(importer.Name, module.Name, function, kind));
        }
    }
}
