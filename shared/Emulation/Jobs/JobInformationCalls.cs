using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Jobs;

/// <summary>NtQueryInformationJobObject and NtSetInformationJobObject.</summary>
internal static class JobInformationCalls
{
    private const uint JobSetAttributes = 0x2;
    private const uint JobQuery = 0x4;
    private const uint IdListHeader = 8;
    private const uint UiKnown = 0xff;

    [NtSyscall("NtQueryInformationJobObject", Support.Partial, "I/O counters and the peak memory of a process read as 0; notification and rate-control classes give STATUS_INVALID_INFO_CLASS.")]
    internal static NtStatus NtQueryInformationJobObject(NtThread t, Handle handle, JobInformationClass informationClass, GuestPointer buffer, uint length, GuestPointer returnLength)
    {
        NtStatus status = NtStatus.Success;
        JobObject? job = t.Process.Job;
        if (!handle.IsNull)
        {
            status = t.Reference(handle, JobQuery, out JobObject found);
            job = found;
        }
        if (!status.IsSuccess || job is null)
        {
            return status.IsSuccess ? NtStatus.AccessDenied : status;
        }
        return informationClass switch
        {
            JobInformationClass.BasicAccounting => QueryBuffer.Return(t, buffer, length, returnLength, job.Account()),
            JobInformationClass.BasicAndIoAccounting => QueryBuffer.Return(t, buffer, length, returnLength, new JobAccountingWithIo(job.Account(), default)),
            JobInformationClass.BasicLimits => QueryBuffer.Return(t, buffer, length, returnLength, ReadLimits(t, job).Basic),
            JobInformationClass.ExtendedLimits => QueryBuffer.Return(t, buffer, length, returnLength, ReadLimits(t, job)),
            JobInformationClass.UiRestrictions => QueryBuffer.Return(t, buffer, length, returnLength, job.UiRestrictions),
            JobInformationClass.EndOfJobTime => QueryBuffer.Return(t, buffer, length, returnLength, job.EndOfJobTimeAction),
            JobInformationClass.Groups => QueryBuffer.Return(t, buffer, length, returnLength, (ushort)0),
            JobInformationClass.ProcessIds => ReturnIds(t, job, buffer, length, returnLength),
            _ => NtStatus.InvalidInfoClass,
        };
    }

    [NtSyscall("NtSetInformationJobObject", Support.Partial, "Limits are kept; the number of processes, memory and kill on close are enforced, times and UI restrictions are not.")]
    internal static NtStatus NtSetInformationJobObject(NtThread t, Handle handle, JobInformationClass informationClass, GuestPointer buffer, uint length)
    {
        NtStatus status = t.Reference(handle, JobSetAttributes, out JobObject job);
        if (!status.IsSuccess)
        {
            return status;
        }
        switch (informationClass)
        {
            case JobInformationClass.BasicLimits:
                status = Read(t, buffer, length, out JobLimits basic);
                return status.IsSuccess ? SetLimits(t, job, basic, JobLimits.BasicFlags, 0, 0) : status;
            case JobInformationClass.ExtendedLimits:
                status = Read(t, buffer, length, out JobExtendedLimits extended);
                return status.IsSuccess ? SetLimits(t, job, extended.Basic, JobLimits.ExtendedFlags, extended.ProcessMemory, extended.JobMemory) : status;
            case JobInformationClass.UiRestrictions:
                status = Read(t, buffer, length, out uint restrictions);
                if (status.IsSuccess && (restrictions & ~UiKnown) != 0)
                {
                    return NtStatus.InvalidParameter;
                }
                job.UiRestrictions = status.IsSuccess ? restrictions : job.UiRestrictions;
                return status;
            case JobInformationClass.EndOfJobTime:
                status = Read(t, buffer, length, out uint action);
                if (status.IsSuccess && action > 1)
                {
                    return NtStatus.InvalidParameter;
                }
                job.EndOfJobTimeAction = status.IsSuccess ? action : job.EndOfJobTimeAction;
                return status;
            case JobInformationClass.CompletionPort:
                status = Read(t, buffer, length, out PortAssociation association);
                return status.IsSuccess ? Associate(t, job, association) : status;
            default:
                return NtStatus.InvalidInfoClass;
        }
    }

    private static NtStatus Read<T>(NtThread t, GuestPointer buffer, uint length, out T value)
        where T : unmanaged
    {
        value = default;
        if (length != Unsafe.SizeOf<T>())
        {
            return NtStatus.InfoLengthMismatch;
        }
        return t.Memory.TryRead(buffer, out value) ? NtStatus.Success : NtStatus.AccessViolation;
    }

    private static JobExtendedLimits ReadLimits(NtThread t, JobObject job)
    {
        lock (t.Executive.Dispatcher.Lock)
        {
            return job.Limits;
        }
    }

    private static NtStatus SetLimits(NtThread t, JobObject job, JobLimits basic, uint allowed, ulong processMemory, ulong jobMemory)
    {
        basic.Flags = (uint)basic.Flags;
        basic.ActiveProcesses = (uint)basic.ActiveProcesses;
        if ((basic.Flags & ~(ulong)allowed) != 0)
        {
            return NtStatus.InvalidParameter;
        }
        lock (t.Executive.Dispatcher.Lock)
        {
            job.Limits = new JobExtendedLimits { Basic = basic, ProcessMemory = processMemory, JobMemory = jobMemory };
        }
        return NtStatus.Success;
    }

    private static NtStatus Associate(NtThread t, JobObject job, PortAssociation association)
    {
        if (association.Port == 0)
        {
            return job.Associate(null, 0);
        }
        NtStatus status = t.Reference(new Handle(association.Port), IoCompletionObject.ModifyState, out IoCompletionObject port);
        return status.IsSuccess ? job.Associate(port, association.Key) : status;
    }

    private static NtStatus ReturnIds(NtThread t, JobObject job, GuestPointer buffer, uint length, GuestPointer returnLength)
    {
        if (length < IdListHeader + sizeof(ulong))
        {
            return NtStatus.InfoLengthMismatch;
        }
        ulong[] ids;
        lock (t.Executive.Dispatcher.Lock)
        {
            ids = [.. job.Processes.Select(static process => (ulong)process.ProcessId)];
        }
        int fit = (int)Math.Min((uint)ids.Length, (length - IdListHeader) / sizeof(ulong));
        ulong header = (uint)ids.Length | ((ulong)fit << 32);
        if (!t.Memory.TryWrite(buffer, header) || !t.Memory.TryWrite(buffer + IdListHeader, MemoryMarshal.AsBytes(ids.AsSpan(0, fit)))
            || (!returnLength.IsNull && !t.Memory.TryWrite(returnLength, IdListHeader + ((uint)fit * sizeof(ulong)))))
        {
            return NtStatus.AccessViolation;
        }
        return fit == ids.Length ? NtStatus.Success : NtStatus.BufferOverflow;
    }

    /// <summary>JOBOBJECT_ASSOCIATE_COMPLETION_PORT of a 64-bit process: 16 bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct PortAssociation
    {
        public readonly ulong Key;
        public readonly ulong Port;
    }
}
