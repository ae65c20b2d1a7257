using PortableVirt.Cell;

namespace PortableVirt.VmApp.Core;

/// <summary>What the process of a run keeps, besides what the run itself needs, when its cell is closed.</summary>
public sealed record RunCell
{
    /// <summary>The process is portablevirtd's VM-app, not pvctl or a package.</summary>
    public bool IsUnderDaemon { get; init; }

    /// <summary>Name of the control group that this process must be in before the cell is closed; null: any.</summary>
    public string? ControlGroup { get; init; }

    /// <summary>Host paths that are used after the run, or by whoever runs it.</summary>
    public IReadOnlyList<CellPath> Paths { get; init; } = [];

    /// <summary>Inherited descriptors that stay open besides the standard ones.</summary>
    public IReadOnlyList<int> KeptDescriptors { get; init; } = [];
}
