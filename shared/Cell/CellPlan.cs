namespace PortableVirt.Cell;

/// <summary>What is left to a process once its cell is closed.</summary>
public sealed record CellPlan
{
    /// <summary>Which list of system calls.</summary>
    public required CellProfile Profile { get; init; }

    /// <summary>Descriptors that were inherited and stay open besides 0, 1 and 2. All others without FD_CLOEXEC are closed: whoever started this process left them open by accident.</summary>
    public IReadOnlyList<int> KeptDescriptors { get; init; } = [];

    /// <summary>Descriptor that a forbidden system call is told on.</summary>
    public int ErrorDescriptor { get; init; } = 2;
}
