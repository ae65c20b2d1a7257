using PortableVirt.Cell;
using PortableVirt.VmApp.Core;

namespace PortableVirt.Cli.Runs;

/// <summary>What an embedded run keeps for its status report, which is written after the run, in the cell.</summary>
internal static class StatusCell
{
    /// <summary>Options with room for the report.</summary>
    /// <param name="options">The run.</param>
    /// <param name="file">Path of the file, which is there already, or null.</param>
    /// <param name="descriptor">Number of an open descriptor, or null.</param>
    public static LaunchOptions Keep(LaunchOptions options, string? file, string? descriptor)
    {
        RunCell cell = options.Cell ?? new RunCell();
        return options with
        {
            Cell = cell with
            {
                Paths = file is null ? cell.Paths : [.. cell.Paths, new CellPath(Path.GetFullPath(file), CellPathUse.Write)],
                KeptDescriptors = descriptor is null ? cell.KeptDescriptors : [.. cell.KeptDescriptors, StatusReport.ParseDescriptor(descriptor)],
            },
        };
    }
}
