using PortableVirt.Emulation.Abi;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Security;
using PortableVirt.Emulation.Syscalls;

namespace PortableVirt.Emulation.Threads;

/// <summary>NtSetInformationThread.</summary>
internal static class ThreadSetCalls
{
    private const uint TokenImpersonate = 4;
    private const int MaximumProcessors = 64;
    private const int TlsSlots = 0x1480;
    private const int TlsExpansionSlots = 0x1780;
    private const uint DirectSlots = 64;
    private const uint ExpansionSlots = 1024;

    [NtSyscall("NtSetInformationThread", Support.Partial, "Affinity is applied to the host's threads, priorities below normal where the host lets them be taken back; the ideal processor is kept.")]
    internal static NtStatus NtSetInformationThread(NtThread t, Handle handle, ThreadInformationClass informationClass, GuestPointer buffer, uint length)
    {
        uint expected = informationClass switch
        {
            ThreadInformationClass.HideFromDebugger => 0,
            ThreadInformationClass.PowerThrottling => 12,
            ThreadInformationClass.SelectedCpuSets => length is 0 or 8 or 16 ? length : 8,
            ThreadInformationClass.AffinityMask or ThreadInformationClass.ImpersonationToken or ThreadInformationClass.Win32StartAddress => 8,
            ThreadInformationClass.GroupInformation or ThreadInformationClass.Name => 16,
            ThreadInformationClass.Priority or ThreadInformationClass.BasePriority or ThreadInformationClass.ZeroTlsCell or ThreadInformationClass.IdealProcessor
                or ThreadInformationClass.PriorityBoost or ThreadInformationClass.BreakOnTermination or ThreadInformationClass.IoPriority
                or ThreadInformationClass.PagePriority or ThreadInformationClass.IdealProcessorEx or ThreadInformationClass.DynamicCodePolicy => 4,
            _ => uint.MaxValue,
        };
        if (expected == uint.MaxValue)
        {
            return NtStatus.InvalidInfoClass;
        }
        if (length != expected)
        {
            return NtStatus.InfoLengthMismatch;
        }
        Span<byte> raw = stackalloc byte[16];
        raw.Clear();
        if (!t.Memory.TryRead(buffer, raw[..(int)length]))
        {
            return NtStatus.AccessViolation;
        }
        NtStatus status = t.Reference(handle, 0, out NtThread target, out uint granted);
        if (!status.IsSuccess)
        {
            return status;
        }
        if ((granted & (AccessRights.ThreadSetInformation | AccessRights.ThreadSetLimitedInformation)) == 0)
        {
            return NtStatus.AccessDenied;
        }
        uint value = BitConverter.ToUInt32(raw);
        ulong wide = BitConverter.ToUInt64(raw);
        switch (informationClass)
        {
            case ThreadInformationClass.Priority:
                return (int)value is < 1 or > 31 ? NtStatus.InvalidParameter : NtStatus.Success;
            case ThreadInformationClass.BasePriority:
                if ((int)value is not (-15 or (>= -2 and <= 2) or 15))
                {
                    return NtStatus.InvalidParameter;
                }
                target.BasePriority = (int)value;
                target.ApplyPriority();
                return NtStatus.Success;
            case ThreadInformationClass.AffinityMask:
                return SetAffinity(target, wide);
            case ThreadInformationClass.GroupInformation:
                return BitConverter.ToUInt64(raw[8..]) != 0 ? NtStatus.InvalidParameter : SetAffinity(target, wide);
            case ThreadInformationClass.ImpersonationToken:
                return Impersonate(t, target, new Handle(wide));
            case ThreadInformationClass.Win32StartAddress:
                target.StartAddress = wide;
                return NtStatus.Success;
            case ThreadInformationClass.ZeroTlsCell:
                return target == t ? ZeroTlsCell(t, value) : NtStatus.InvalidHandle;
            case ThreadInformationClass.IdealProcessor:
                if (value > MaximumProcessors)
                {
                    return NtStatus.InvalidParameter;
                }
                NtStatus previous = new(target.IdealProcessor);
                target.IdealProcessor = value < t.Executive.ProcessorCount ? (byte)value : target.IdealProcessor;
                return previous;
            case ThreadInformationClass.IdealProcessorEx:
                // PROCESSOR_NUMBER: group (16 bits), number, reserved.
                if ((ushort)value != 0 || (value >> 24) != 0 || (byte)(value >> 16) >= t.Executive.ProcessorCount)
                {
                    return NtStatus.InvalidParameter;
                }
                byte old = target.IdealProcessor;
                target.IdealProcessor = (byte)(value >> 16);
                return t.Memory.TryWrite(buffer, (uint)old << 16) ? NtStatus.Success : NtStatus.AccessViolation;
            case ThreadInformationClass.PriorityBoost:
                target.IsPriorityBoostDisabled = value != 0;
                return NtStatus.Success;
            case ThreadInformationClass.HideFromDebugger:
                target.IsHiddenFromDebugger = true;
                return NtStatus.Success;
            case ThreadInformationClass.BreakOnTermination:
                return NtStatus.PrivilegeNotHeld;
            case ThreadInformationClass.IoPriority:
                if (value > 2)
                {
                    return value > 4 ? NtStatus.InvalidParameter : NtStatus.PrivilegeNotHeld;
                }
                target.IoPriority = value;
                return NtStatus.Success;
            case ThreadInformationClass.PagePriority:
                if (value is 0 or > 5)
                {
                    return NtStatus.InvalidParameter;
                }
                target.PagePriority = value;
                return NtStatus.Success;
            case ThreadInformationClass.PowerThrottling:
                // POWER_THROTTLING_THREAD_STATE: version 1, mask of what is controlled, state; execution speed (1) is all there is.
                if (value != 1 || ((wide >> 32) & ~1ul) != 0 || (BitConverter.ToUInt32(raw[8..]) & ~(uint)(wide >> 32)) != 0)
                {
                    return NtStatus.InvalidParameter;
                }
                target.PowerThrottling = (wide >> 32) | ((ulong)BitConverter.ToUInt32(raw[8..]) << 32);
                return NtStatus.Success;
            case ThreadInformationClass.SelectedCpuSets:
                target.SelectedCpuSets = length == 0 ? 0 : wide;
                return NtStatus.Success;
            case ThreadInformationClass.DynamicCodePolicy:
                return value == 0 ? NtStatus.Success : NtStatus.AccessDenied;
            default:
                return SetName(t, target, buffer);
        }
    }

    private static NtStatus SetAffinity(NtThread target, ulong mask)
    {
        ulong allowed = target.Process.AffinityMask != 0 ? target.Process.AffinityMask : target.Executive.ProcessorMask;
        if (mask == 0 || (mask & ~allowed) != 0)
        {
            return NtStatus.InvalidParameter;
        }
        target.AffinityMask = mask;
        target.ApplyAffinity();
        return NtStatus.Success;
    }

    private static NtStatus Impersonate(NtThread t, NtThread target, Handle handle)
    {
        if (handle.IsNull)
        {
            target.ImpersonationToken = null;
            return NtStatus.Success;
        }
        NtStatus status = t.Reference(handle, TokenImpersonate, out TokenObject token);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (token.IsPrimary)
        {
            return NtStatus.BadTokenType;
        }
        target.ImpersonationToken = token;
        return NtStatus.Success;
    }

    private static NtStatus ZeroTlsCell(NtThread t, uint index)
    {
        if (index >= DirectSlots + ExpansionSlots)
        {
            return NtStatus.InvalidParameter;
        }
        NtThread[] threads;
        lock (t.Executive.Dispatcher.Lock)
        {
            threads = [.. t.Process.Threads];
        }
        foreach (NtThread thread in threads)
        {
            GuestPointer teb = new(thread.Teb);
            if (index < DirectSlots)
            {
                t.Memory.TryWrite(teb + TlsSlots + (index * sizeof(ulong)), 0ul);
            }
            else if (t.Memory.TryRead(teb + TlsExpansionSlots, out ulong slots) && slots != 0)
            {
                t.Memory.TryWrite(new GuestPointer(slots) + ((index - DirectSlots) * sizeof(ulong)), 0ul);
            }
        }
        return NtStatus.Success;
    }

    private static NtStatus SetName(NtThread t, NtThread target, GuestPointer buffer)
    {
        if (!t.Memory.TryRead(buffer, out UnicodeString64 header) || !t.Memory.TryReadUtf16(new GuestPointer(header.Buffer), header.Length, out string name))
        {
            return NtStatus.AccessViolation;
        }
        target.Description = name;
        return NtStatus.Success;
    }
}
