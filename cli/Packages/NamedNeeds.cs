using PortableVirt.Analysis.Imports;
using PortableVirt.Analysis.Needs;
using PortableVirt.Analysis.Pe;
using PortableVirt.Emulation.Loader;

namespace PortableVirt.Cli.Packages;

/// <summary>Adds the system's DLLs that a program spells out, or that a package lacked, to a list, with what they need themselves.</summary>
internal static class NamedNeeds
{
    /// <summary>The list with those that the program spells out. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</summary>
    public static NeedList AddTo(NeedList list, string program, string systemFolder, Action<long> progress)
    {
        HashSet<string> known = [.. Directory.EnumerateFiles(systemFolder, "*.dll").Select(f => Path.GetFileName(f).ToLowerInvariant()), .. GateModules.Build().Keys];
        using MappedFile file = MappedFile.Open(program);
        return AddTo(list, program, systemFolder, SpelledModules.Find(file.Memory.Span, known), progress);
    }

    /// <summary>The list with those of some names. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</summary>
    public static NeedList AddTo(NeedList list, string program, string systemFolder, IEnumerable<string> names, Action<long> progress)
    {
        using FolderResolver resolver = new(Path.GetDirectoryName(program)!, systemFolder, GateModules.Build(), GateModules.AddedExports);
        string own = list.Modules[0].Name;
        Dictionary<string, ModuleNeed> modules = list.Modules.ToDictionary(m => m.Name, StringComparer.Ordinal);
        foreach (string name in names.Where(n => !modules.ContainsKey(n)).ToList())
        {
            if (modules.ContainsKey(name) || resolver.Resolve(name, own) is not { IsSystem: true } module)
            {
                continue;
            }
            foreach (ModuleNeed need in StaticAnalyzer.Analyze(module.Image, module.Name, resolver, progress).Modules)
            {
                bool isRoot = need.NeededBy.Length == 0;
                ModuleOrigin origin = !isRoot ? need.Origin : module.IsMade ? ModuleOrigin.Made : ModuleOrigin.System;
                modules.TryAdd(need.Name, need with { NeededBy = isRoot ? own : need.NeededBy, IsDelayed = true, Origin = origin });
            }
        }
        return list with { Modules = [.. modules.Values.OrderBy(m => m.NeededBy.Length != 0).ThenBy(m => m.Name, StringComparer.Ordinal)] };
    }
}
