using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.SystemInfo;

/// <summary>NtPowerInformation: a desktop machine on mains power.</summary>
internal static class PowerCalls
{
    private const uint BatteryStateLevel = 5, CapabilitiesLevel = 4, ExecutionStateLevel = 16, ProcessorLevel = 11, LastWakeLevel = 14, LastSleepLevel = 15;

    [NtSyscall("NtPowerInformation", Support.Partial, "power policies and notifications")]
    internal static NtStatus NtPowerInformation(NtThread t, uint level, GuestPointer input, uint inputLength, GuestPointer output, uint outputLength)
    {
        InformationBuilder b = new();
        switch (level)
        {
            case CapabilitiesLevel:
                b.Reserve(76);
                break;
            case BatteryStateLevel:
                b.U8(1).Reserve(31);
                break;
            case ProcessorLevel:
                for (int i = 0; i < t.Executive.Processors.Count; i++)
                {
                    uint megahertz = t.Executive.Processors.Megahertz;
                    b.U32((uint)i).U32(megahertz).U32(megahertz).U32(megahertz).U32(1).U32(0);
                }
                break;
            case LastWakeLevel or LastSleepLevel:
                b.U64(0);
                break;
            case ExecutionStateLevel:
                b.U32(t.ExecutionState & 0x7fffffff);
                break;
            default:
                return NtStatus.NotImplemented;
        }
        return output.IsNull ? NtStatus.InvalidParameter
            : outputLength < b.Length ? NtStatus.BufferTooSmall
            : t.Memory.TryWrite(output, b.Data) ? NtStatus.Success
            : NtStatus.AccessViolation;
    }
}
