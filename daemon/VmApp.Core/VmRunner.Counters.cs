using PortableVirt.Kernel;

namespace PortableVirt.VmApp.Core;

public sealed partial class VmRunner
{
    /// <summary>Exits of the VM's virtual processors to the host since its start; null while there is no VM.</summary>
    public long? CountExits()
    {
        lock (_lock)
        {
            return _executive?.Statistics.Exits is ExitCounters exits
                ? exits.Syscalls + exits.PageFaults + exits.Exceptions + exits.Kicks + exits.Others
                : null;
        }
    }
}
