using PortableVirt.Emulation.Abi;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.SystemInfo;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Processes;

/// <summary>NtOpenProcess, NtQueryInformationProcess.</summary>
internal static class ProcessInformationCalls
{
    private const uint QueryInformation = 0x400;
    private const uint QueryLimitedInformation = 0x1000;

    [NtSyscall("NtOpenProcess", Support.Full)]
    internal static NtStatus NtOpenProcess(NtThread t, GuestPointer handle, uint access, GuestPointer objectAttributes, GuestPointer clientId)
    {
        NtStatus status = NtObjectAttributes.Read(t, objectAttributes, out NtObjectAttributes attributes);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (clientId.IsNull)
        {
            return NtStatus.InvalidParameterMix;
        }
        if (!t.Memory.TryRead(clientId, out ClientId64 id))
        {
            return NtStatus.AccessViolation;
        }
        if (id.UniqueThread != 0)
        {
            if (t.Executive.ClientIds.FindThread(id.UniqueThread) is not { } thread)
            {
                return NtStatus.InvalidCid;
            }
            id.UniqueProcess = id.UniqueProcess == 0 ? thread.Process.ProcessId : id.UniqueProcess;
        }
        return t.Executive.ClientIds.FindProcess(id.UniqueProcess) is { } process
            ? t.ReturnHandle(handle, process, access, attributes.Flags)
            : NtStatus.InvalidCid;
    }

    [NtSyscall("NtQueryInformationProcess", Support.Partial, "paged-pool quotas read 0, processor cycles are processor time at the nominal frequency; working-set watches and WoW64 classes are not there")]
    internal static NtStatus NtQueryInformationProcess(NtThread t, Handle process, uint informationClass, GuestPointer buffer, uint length, GuestPointer returnLength)
    {
        ProcessInformationClass kind = (ProcessInformationClass)informationClass;
        NtStatus status = t.Reference(process, 0, out NtProcess target, out uint granted);
        if (!status.IsSuccess)
        {
            return status;
        }
        if ((granted & (QueryInformation | QueryLimitedInformation)) == 0)
        {
            return NtStatus.AccessDenied;
        }
        if (kind == ProcessInformationClass.MitigationPolicy)
        {
            return QueryMitigationPolicy(t, buffer, length, returnLength);
        }
        if (kind == ProcessInformationClass.Cookie && target != t.Process)
        {
            return NtStatus.InvalidParameter;
        }
        if (kind == ProcessInformationClass.DebugObjectHandle && target.DebugPort is { } debug && length == sizeof(ulong))
        {
            bool written = returnLength.IsNull || t.Memory.TryWrite(returnLength, sizeof(ulong));
            return written ? t.ReturnHandle(buffer, debug, ObjectKinds.DebugObject.AllAccess) : NtStatus.AccessViolation;
        }
        if (ProcessInformation.TextOf(target, kind) is { } text)
        {
            return QueryText(t, text, buffer, length, returnLength);
        }
        if (ProcessInformation.Build(target, kind, length) is not { } data)
        {
            return NtStatus.InvalidInfoClass;
        }
        status = ProcessInformation.MayBeLonger(kind)
            ? InformationResult.AtLeast(t, data.Data, buffer, length, returnLength, NtStatus.InfoLengthMismatch)
            : InformationResult.Exact(t, data.Data, buffer, length, returnLength);
        return status.IsSuccess && kind == ProcessInformationClass.DebugObjectHandle ? NtStatus.PortNotSet : status;
    }

    private static NtStatus QueryText(NtThread t, string text, GuestPointer buffer, uint length, GuestPointer returnLength)
    {
        InformationBuilder b = new(buffer.Address);
        b.SetUnicodeString(b.ReserveUnicodeString(), text);
        return InformationResult.AtLeast(t, b.Data, buffer, length, returnLength, NtStatus.InfoLengthMismatch);
    }

    private static NtStatus QueryMitigationPolicy(NtThread t, GuestPointer buffer, uint length, GuestPointer returnLength)
    {
        const uint size = 8, depPolicy = 0, aslrPolicy = 1, policies = 20;
        if (length < size)
        {
            return NtStatus.InfoLengthMismatch;
        }
        if (!t.Memory.TryRead(buffer, out uint policy))
        {
            return NtStatus.AccessViolation;
        }
        if (policy >= policies)
        {
            return NtStatus.InvalidParameter;
        }
        uint flags = policy switch
        {
            depPolicy => 1,
            aslrPolicy => 5,
            _ => 0,
        };
        return InformationResult.AtLeast(t, new InformationBuilder().U32(policy).U32(flags).Data, buffer, length, returnLength, NtStatus.InfoLengthMismatch);
    }
}
