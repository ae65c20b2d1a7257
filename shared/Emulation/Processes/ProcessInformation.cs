using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.SystemInfo;

namespace PortableVirt.Emulation.Processes;

/// <summary>Builds the PROCESS_*_INFORMATION structures of a 64-bit process.</summary>
internal static class ProcessInformation
{
    private const int BasicSize = 48;
    private const int ExtendedBasicSize = 64;
    private const int VmCountersSize = 88;
    private const int VmCountersExSize = 96;
    private const uint ExecuteDisable = 0xd;
    private const byte DriveFixed = 3;

    /// <summary>The text of a class that returns a UNICODE_STRING; null for other classes.</summary>
    public static string? TextOf(NtProcess process, ProcessInformationClass kind) => kind switch
    {
        ProcessInformationClass.ImageFileName => process.NtImagePath,
        ProcessInformationClass.ImageFileNameWin32 => process.ImagePath,
        ProcessInformationClass.CommandLine => process.CommandLine,
        _ => null,
    };

    /// <summary>True for classes whose buffer may be longer than the structure.</summary>
    public static bool MayBeLonger(ProcessInformationClass kind) =>
        kind is ProcessInformationClass.VmCounters or ProcessInformationClass.Times or ProcessInformationClass.Handle or ProcessInformationClass.Group
            or ProcessInformationClass.PriorityClass or ProcessInformationClass.CycleTime or ProcessInformationClass.DeviceMap or ProcessInformationClass.IoCounters;

    /// <summary>Builds a class; null for one that does not exist.</summary>
    /// <param name="length">Length of the caller's buffer, for classes with several sizes.</param>
    public static InformationBuilder? Build(NtProcess process, ProcessInformationClass kind, uint length)
    {
        InformationBuilder b = new();
        switch (kind)
        {
            case ProcessInformationClass.Basic:
                return Basic(process, b, length == ExtendedBasicSize);
            case ProcessInformationClass.QuotaLimits:
                return b.U64(ulong.MaxValue).U64(ulong.MaxValue).U64(process.WorkingSetLimits.Minimum).U64(process.WorkingSetLimits.Maximum).U64(ulong.MaxValue).U64(ulong.MaxValue);
            case ProcessInformationClass.IoCounters:
                return Io(b, process.Io.Counters);
            case ProcessInformationClass.VmCounters:
                return VmCounters(b, process.AddressSpace.Usage, length >= VmCountersExSize);
            case ProcessInformationClass.Times:
                return b.I64(process.CreateTime).I64(process.ExitTime).I64(process.Times.Kernel).I64(process.Times.User);
            case ProcessInformationClass.CycleTime:
                return b.U64(process.Cycles).U64(0);
            case ProcessInformationClass.DebugPort:
                return b.U64(process.DebugPort is null ? 0 : ulong.MaxValue);
            case ProcessInformationClass.Wow64 or ProcessInformationClass.DebugObjectHandle or ProcessInformationClass.ConsoleHost:
                return b.U64(0);
            case ProcessInformationClass.DefaultHardErrorMode:
                return b.U32(process.HardErrorMode);
            case ProcessInformationClass.PriorityClass:
                return b.U8(0).U8(process.PriorityClass);
            case ProcessInformationClass.HandleCount:
                b.U32((uint)process.Handles.Count);
                return length == 8 ? b.U32((uint)process.Handles.Count) : b;
            case ProcessInformationClass.AffinityMask:
                return b.U64(Affinity(process));
            case ProcessInformationClass.PriorityBoost:
                return b.U32(process.PriorityBoostDisabled ? 1u : 0);
            case ProcessInformationClass.DeviceMap:
                return DeviceMap(b);
            case ProcessInformationClass.Session:
                return b.U32(process.SessionId);
            case ProcessInformationClass.DebugFlags:
                return b.U32(process.IsDebugInherited ? 1u : 0);
            case ProcessInformationClass.LuidDeviceMapsEnabled:
                return b.U32(1);
            case ProcessInformationClass.BreakOnTermination or ProcessInformationClass.Subsystem or ProcessInformationClass.KeepAliveCount:
                return b.U32(0);
            case ProcessInformationClass.IoPriority:
                return b.U32(process.IoPriority);
            case ProcessInformationClass.ExecuteFlags:
                return b.U32(ExecuteDisable);
            case ProcessInformationClass.Cookie:
                return b.U32(process.Cookie);
            case ProcessInformationClass.Image:
                return b.Bytes(process.ImageInformation);
            case ProcessInformationClass.PagePriority:
                return b.U32(process.PagePriority);
            case ProcessInformationClass.Group:
                return b.U16(0);
            case ProcessInformationClass.Handle:
                return Handles(process, b);
            case ProcessInformationClass.Protection:
                return b.U8(0);
            case ProcessInformationClass.DefaultCpuSets or ProcessInformationClass.AllowedCpuSets:
                return b.U64(0);
            case ProcessInformationClass.PowerThrottling:
                return b.U32(1).U32(0).U32(0);
            default:
                return null;
        }
    }

    /// <summary>The processors that the process may use.</summary>
    public static ulong Affinity(NtProcess process) =>
        process.AffinityMask != 0 ? process.AffinityMask : process.Executive.Processors.Mask;

    /// <summary>PROCESS_BASIC_INFORMATION; BasePriority holds the priority class, where libwine's GetPriorityClass looks for it (read from its code).</summary>
    private static InformationBuilder Basic(NtProcess process, InformationBuilder b, bool extended)
    {
        if (extended)
        {
            b.U64(ExtendedBasicSize);
        }
        b.U64(process.ExitStatus.Value).U64(process.Peb).U64(Affinity(process)).U64(process.PriorityClass).U64(process.ProcessId).U64(process.ParentProcessId);
        return extended ? b.U64(0) : b;
    }

    /// <summary>IO_COUNTERS: 48 bytes.</summary>
    public static InformationBuilder Io(InformationBuilder b, in Jobs.IoCounters io) =>
        b.U64(io.ReadOperations).U64(io.WriteOperations).U64(io.OtherOperations).U64(io.ReadBytes).U64(io.WriteBytes).U64(io.OtherBytes);

    /// <summary>VM_COUNTERS, and PrivateUsage of VM_COUNTERS_EX. There are no pools: their quotas read 0.</summary>
    public static InformationBuilder VmCounters(InformationBuilder b, in MemoryUsage usage, bool extended)
    {
        b.U64(usage.PeakVirtualSize).U64(usage.VirtualSize).U64(usage.PageFaults).U64(usage.PeakWorkingSet).U64(usage.WorkingSet);
        b.U64(0).U64(0).U64(0).U64(0).U64(usage.PrivateBytes).U64(usage.PeakPrivateBytes);
        return extended ? b.U64(usage.PrivateBytes) : b;
    }

    private static InformationBuilder DeviceMap(InformationBuilder b)
    {
        const int driveC = 'C' - 'A', driveZ = 'Z' - 'A', drives = 32;
        b.U32((1u << driveC) | (1u << driveZ));
        for (int drive = 0; drive < drives; drive++)
        {
            b.U8(drive is driveC or driveZ ? DriveFixed : (byte)0);
        }
        return b;
    }

    private static InformationBuilder Handles(NtProcess process, InformationBuilder b)
    {
        List<(Handle Handle, HandleEntry Entry)> handles = process.Handles.Snapshot();
        b.U64((ulong)handles.Count).U64(0);
        foreach ((Handle handle, HandleEntry entry) in handles)
        {
            uint flags = (entry.ProtectFromClose ? 1u : 0) | (entry.Inherit ? 2u : 0);
            b.U64(handle.Value).U64((ulong)entry.Object.HandleCount).U64((ulong)entry.Object.HandleCount).U32(entry.Access).U32(entry.Object.Kind.Index).U32(flags).U32(0);
        }
        return b;
    }
}
