using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Registry;

/// <summary>A VM as the registry keeps it.</summary>
/// <param name="BootId">The host's boot in which its process was started (random/boot_id in proc(5)); empty: none was.</param>
/// <param name="StartTicks">When that process was started, in clock ticks since the boot: with its id it names one process for certain.</param>
/// <param name="FileModeMask">umask(2) of its runs, in octal.</param>
/// <param name="PackageId">Id of the registration of the package that it runs from; empty when none.</param>
/// <param name="RestartsInRow">Restarts by its policy since the last run that lasted.</param>
/// <param name="Details">All that callers may see.</param>
internal sealed record VmRow(string BootId, ulong StartTicks, string FileModeMask, string PackageId, uint RestartsInRow, InspectVmResponse Details);
