using System.Runtime.InteropServices;
using PortableVirt.Emulation.Abi;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Syscalls;

namespace PortableVirt.Emulation.Threads;

/// <summary>NtQueryInformationThread.</summary>
internal static class ThreadQueryCalls
{
    private const int NormalPriority = 8;
    private const int HeaderSize = 16;

    [NtSyscall("NtQueryInformationThread", Support.Partial, "WoW64 contexts, descriptor tables, profiling and UMS classes give STATUS_INVALID_INFO_CLASS; cycle time is processor time at the nominal frequency.")]
    internal static NtStatus NtQueryInformationThread(NtThread t, Handle handle, ThreadInformationClass informationClass, GuestPointer buffer, uint length, GuestPointer returnLength)
    {
        NtStatus status = t.Reference(handle, 0, out NtThread target, out uint granted);
        if (!status.IsSuccess)
        {
            return status;
        }
        if ((granted & (AccessRights.ThreadQueryInformation | AccessRights.ThreadQueryLimitedInformation)) == 0)
        {
            return NtStatus.AccessDenied;
        }
        ulong affinity = target.Affinity;
        switch (informationClass)
        {
            case ThreadInformationClass.Basic:
                ThreadBasicInformation basic = new(target.ExitStatus.Value, target.Teb, new ClientId64(target.Process.ProcessId, target.ThreadId), affinity, target.BasePriority, target.BasePriority);
                return Return(basic);
            case ThreadInformationClass.Times:
                ThreadTimes times = target.Times;
                return Return(new KernelUserTimes(target.CreateTime, target.ExitTime, times.Kernel, times.User));
            case ThreadInformationClass.AffinityMask:
                return Return(affinity);
            case ThreadInformationClass.Win32StartAddress:
                return Return(target.StartAddress);
            case ThreadInformationClass.AmILastThread:
                lock (t.Executive.Dispatcher.Lock)
                {
                    return Return(target.Process.Threads.Count <= 1 ? 1u : 0);
                }
            case ThreadInformationClass.PriorityBoost:
                return Return(target.IsPriorityBoostDisabled ? 1u : 0);
            case ThreadInformationClass.IsIoPending:
                return Return(target.HasPendingIo ? 1u : 0);
            case ThreadInformationClass.PowerThrottling:
                return Return(new PowerThrottlingState(1, (uint)target.PowerThrottling, (uint)(target.PowerThrottling >> 32)));
            case ThreadInformationClass.SelectedCpuSets:
                return Return(target.SelectedCpuSets);
            case ThreadInformationClass.BreakOnTermination:
            case ThreadInformationClass.DynamicCodePolicy:
                return Return(0u);
            case ThreadInformationClass.HideFromDebugger:
                return Return(target.IsHiddenFromDebugger ? (byte)1 : (byte)0);
            case ThreadInformationClass.IsTerminated:
                return Return(target.HasEnded ? 1u : 0);
            case ThreadInformationClass.IoPriority:
                return Return(target.IoPriority);
            case ThreadInformationClass.PagePriority:
                return Return(target.PagePriority);
            case ThreadInformationClass.ActualBasePriority:
                return Return(NormalPriority + target.BasePriority);
            case ThreadInformationClass.CycleTime:
                return Return(new GroupAffinity(target.Process.CyclesOf(target.Times), 0));
            case ThreadInformationClass.GroupInformation:
            case ThreadInformationClass.ActualGroupAffinity:
                return Return(new GroupAffinity(affinity, 0));
            case ThreadInformationClass.IdealProcessorEx:
                return Return((uint)target.IdealProcessor << 16);
            case ThreadInformationClass.SuspendCount:
                return Return((uint)target.SuspendCount);
            case ThreadInformationClass.Name:
                return ReturnName(t, target.Description, buffer, length, returnLength);
            default:
                return NtStatus.InvalidInfoClass;
        }

        NtStatus Return<T>(T value)
            where T : unmanaged => QueryBuffer.Return(t, buffer, length, returnLength, value);
    }

    private static NtStatus ReturnName(NtThread t, string name, GuestPointer buffer, uint length, GuestPointer returnLength)
    {
        uint needed = HeaderSize + ((uint)name.Length * sizeof(char));
        if (!returnLength.IsNull && !t.Memory.TryWrite(returnLength, needed))
        {
            return NtStatus.AccessViolation;
        }
        if (length < needed)
        {
            return NtStatus.BufferTooSmall;
        }
        ushort bytes = (ushort)(name.Length * sizeof(char));
        UnicodeString64 header = new() { Length = bytes, MaximumLength = bytes, Buffer = (buffer + HeaderSize).Address };
        return t.Memory.TryWrite(buffer, header) && t.Memory.TryWrite(buffer + HeaderSize, MemoryMarshal.AsBytes(name.AsSpan())) ? NtStatus.Success : NtStatus.AccessViolation;
    }
}
