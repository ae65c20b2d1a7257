using PortableVirt.Analysis.Pe;

namespace PortableVirt.Analysis.Needs;

/// <summary>Signs in an image that something about it shows at run time only.</summary>
internal static class UnknownNeeds
{
    private static readonly (string What, string[] Functions)[] Signs =
    [
        ("loads DLLs whose names are made at run time", ["LoadLibraryA", "LoadLibraryW", "LoadLibraryExA", "LoadLibraryExW", "LdrLoadDll", "LoadPackagedLibrary"]),
        ("looks functions up by name at run time", ["GetProcAddress", "LdrGetProcedureAddress"]),
        ("asks for COM classes", ["CoCreateInstance", "CoCreateInstanceEx", "CoGetClassObject"]),
        ("starts other programs", ["CreateProcessA", "CreateProcessW", "CreateProcessAsUserW", "ShellExecuteA", "ShellExecuteW", "ShellExecuteExW", "WinExec", "NtCreateUserProcess"]),
        ("can make code at run time", ["VirtualAlloc", "VirtualAllocEx", "VirtualAlloc2", "VirtualProtect", "NtAllocateVirtualMemory", "NtProtectVirtualMemory", "FlushInstructionCache"]),
    ];

    public static IEnumerable<UnknownNeed> Find(PeImage image, string name)
    {
        HashSet<string> imported = [.. PeImports.Read(image).Concat(PeImports.ReadDelayed(image)).SelectMany(m => m.Functions).Select(f => f.Name ?? "")];
        foreach ((string what, string[] functions) in Signs)
        {
            string[] signs = [.. functions.Where(imported.Contains)];
            if (signs.Length != 0)
            {
                yield return new UnknownNeed(name, $"{what} (imports {string.Join(", ", signs)})");
            }
        }
        if (PeComDescriptor.TryRead(image, out _))
        {
            yield return new UnknownNeed(name, "has managed code, which is not analysed (.NET header)");
        }
        foreach (PeSection section in image.Sections.ToArray())
        {
            if (section.Flags.HasFlag(PeSectionFlags.Execute | PeSectionFlags.Write))
            {
                yield return new UnknownNeed(name, $"may change its own code (section {section.Name} is writable and executable)");
            }
        }
    }
}
