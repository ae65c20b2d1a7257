using System.Buffers.Binary;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Security;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Processes;

/// <summary>NtSetInformationProcess.</summary>
internal static class ProcessSetInformationCalls
{
    private const uint SetInformation = 0x200;
    private const uint SetLimitedInformation = 0x2000;

    [NtSyscall("NtSetInformationProcess", Support.Partial, "affinity and priorities below normal reach the host's scheduler where it allows; quotas and throttling are kept and reported")]
    internal static NtStatus NtSetInformationProcess(NtThread t, Handle process, uint informationClass, GuestPointer buffer, uint length)
    {
        ProcessInformationClass kind = (ProcessInformationClass)informationClass;
        NtStatus status = t.Reference(process, 0, out NtProcess target, out uint granted);
        if (!status.IsSuccess)
        {
            return status;
        }
        if ((granted & (SetInformation | SetLimitedInformation)) == 0)
        {
            return NtStatus.AccessDenied;
        }
        if (kind == ProcessInformationClass.ThreadStackAllocation)
        {
            return ThreadStackAllocation.Allocate(t, target, buffer, length);
        }
        if (SizeOf(kind) is not { } size)
        {
            return NtStatus.InvalidInfoClass;
        }
        if (length < size.Least || length > size.Most)
        {
            return NtStatus.InfoLengthMismatch;
        }
        Span<byte> data = stackalloc byte[(int)size.Most];
        data.Clear();
        return t.Memory.TryRead(buffer, data[..(int)length]) ? Set(t, target, kind, data) : NtStatus.AccessViolation;
    }

    /// <summary>Least and greatest length of a class; null for one that cannot be set.</summary>
    private static (uint Least, uint Most)? SizeOf(ProcessInformationClass kind) => kind switch
    {
        ProcessInformationClass.QuotaLimits => (48, 88),
        ProcessInformationClass.AccessToken => (16, 16),
        ProcessInformationClass.PriorityClass => (2, 2),
        ProcessInformationClass.Foreground => (1, 1),
        ProcessInformationClass.AffinityMask or ProcessInformationClass.ExceptionPort => (8, 16),
        ProcessInformationClass.InstrumentationCallback => (8, 16),
        ProcessInformationClass.MitigationPolicy => (8, 16),
        ProcessInformationClass.PowerThrottling => (12, 12),
        ProcessInformationClass.DefaultCpuSets or ProcessInformationClass.AllowedCpuSets => (0, 64),
        ProcessInformationClass.HandleTracing => (0, 8),
        ProcessInformationClass.BasePriority or ProcessInformationClass.RaisePriority or ProcessInformationClass.DefaultHardErrorMode
            or ProcessInformationClass.PriorityBoost or ProcessInformationClass.BreakOnTermination or ProcessInformationClass.DebugFlags
            or ProcessInformationClass.IoPriority or ProcessInformationClass.ExecuteFlags or ProcessInformationClass.PagePriority
            or ProcessInformationClass.HandleCheckingMode or ProcessInformationClass.KeepAliveCount or ProcessInformationClass.MemoryExhaustion
            or ProcessInformationClass.Session => (4, kind == ProcessInformationClass.MemoryExhaustion ? 24u : 4u),
        _ => null,
    };

    private static NtStatus Set(NtThread t, NtProcess target, ProcessInformationClass kind, ReadOnlySpan<byte> data)
    {
        uint value = data.Length >= 4 ? BinaryPrimitives.ReadUInt32LittleEndian(data) : data[0];
        switch (kind)
        {
            case ProcessInformationClass.AccessToken:
                NtStatus status = t.Reference(new Handle(BinaryPrimitives.ReadUInt64LittleEndian(data)), TokenAccess.AssignPrimary, out TokenObject token);
                if (!status.IsSuccess)
                {
                    return status;
                }
                if (!token.IsPrimary)
                {
                    return NtStatus.BadTokenType;
                }
                target.Token = token;
                return NtStatus.Success;
            case ProcessInformationClass.BasePriority:
                if (value is 0 or > 31)
                {
                    return NtStatus.InvalidParameter;
                }
                target.BasePriority = (int)value;
                target.ForEachThread(static thread => thread.ApplyPriority());
                return NtStatus.Success;
            case ProcessInformationClass.DefaultHardErrorMode:
                target.HardErrorMode = value;
                return NtStatus.Success;
            case ProcessInformationClass.QuotaLimits:
                return SetQuotaLimits(target, BinaryPrimitives.ReadUInt64LittleEndian(data[16..]), BinaryPrimitives.ReadUInt64LittleEndian(data[24..]));
            case ProcessInformationClass.PriorityClass:
                return SetPriorityClass(target, data[1]);
            case ProcessInformationClass.AffinityMask:
                ulong mask = BinaryPrimitives.ReadUInt64LittleEndian(data);
                if (mask == 0 || (mask & ~t.Executive.Processors.Mask) != 0)
                {
                    return NtStatus.InvalidParameter;
                }
                target.SetAffinity(mask);
                return NtStatus.Success;
            case ProcessInformationClass.PriorityBoost:
                target.PriorityBoostDisabled = value != 0;
                return NtStatus.Success;
            case ProcessInformationClass.DebugFlags:
                if (value > 1)
                {
                    return NtStatus.InvalidParameter;
                }
                target.IsDebugInherited = value != 0;
                return NtStatus.Success;
            case ProcessInformationClass.IoPriority when value <= 4:
                target.IoPriority = value;
                return NtStatus.Success;
            case ProcessInformationClass.PagePriority when value is > 0 and <= 5:
                target.PagePriority = value;
                return NtStatus.Success;
            case ProcessInformationClass.IoPriority or ProcessInformationClass.PagePriority:
                return NtStatus.InvalidParameter;
            case ProcessInformationClass.ExceptionPort or ProcessInformationClass.InstrumentationCallback or ProcessInformationClass.BreakOnTermination or ProcessInformationClass.Session:
                return NtStatus.PrivilegeNotHeld;
            default:
                return NtStatus.Success;
        }
    }

    /// <summary>Working-set limits; both -1 asks to trim the working set, which pages of a VM that the host shares do not need. STATUS_BAD_WORKING_SET_LIMIT.</summary>
    private static NtStatus SetQuotaLimits(NtProcess target, ulong minimum, ulong maximum)
    {
        if (minimum == ulong.MaxValue && maximum == ulong.MaxValue)
        {
            return NtStatus.Success;
        }
        if (minimum == 0 && maximum == 0)
        {
            return NtStatus.Success;
        }
        if (minimum > maximum || minimum == 0 || maximum == ulong.MaxValue)
        {
            return NtStatus.BadWorkingSetLimit;
        }
        target.WorkingSetLimits = (minimum & ~0xffful, maximum & ~0xffful);
        return NtStatus.Success;
    }

    private static NtStatus SetPriorityClass(NtProcess target, byte priorityClass)
    {
        ReadOnlySpan<byte> priorities = [8, 4, 8, 13, 24, 6, 10];
        if (priorityClass >= priorities.Length)
        {
            return NtStatus.InvalidParameter;
        }
        target.PriorityClass = priorityClass;
        target.BasePriority = priorities[priorityClass];
        target.ForEachThread(static thread => thread.ApplyPriority());
        return NtStatus.Success;
    }
}
