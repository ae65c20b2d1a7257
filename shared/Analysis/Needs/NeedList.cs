namespace PortableVirt.Analysis.Needs;

/// <summary>The list: what a program needs of the foreign OS, as far as its files tell, and what its runs used.</summary>
public sealed record NeedList
{
    /// <summary>File name of the program, as the user gave it.</summary>
    public required string Program { get; init; }

    /// <summary>Facts about the program, by name: subsystem, version, resources...</summary>
    public required IReadOnlyList<(string Name, string Value)> Facts { get; init; }

    /// <summary>The program first, then by name.</summary>
    public required IReadOnlyList<ModuleNeed> Modules { get; init; }

    /// <summary>By importer, module and name.</summary>
    public required IReadOnlyList<FunctionNeed> Functions { get; init; }

    /// <summary>By module and address.</summary>
    public required IReadOnlyList<CodeGate> Gates { get; init; }

    /// <summary>DLLs that were not found and functions that their DLL does not export: "module X, needed by Y" and "function X.F, needed by Y".</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>What only a run can tell.</summary>
    public required IReadOnlyList<UnknownNeed> Unknown { get; init; }

    /// <summary>What runs used, by scenario.</summary>
    public IReadOnlyList<RunRecord> Runs { get; init; } = [];
}
