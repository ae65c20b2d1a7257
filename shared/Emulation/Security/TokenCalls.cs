using PortableVirt.Emulation.Abi;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.SystemInfo;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Security;

/// <summary>System calls that open, copy and query tokens.</summary>
internal static class TokenCalls
{
    private const uint ProcessQueryInformation = 0x400;
    private const uint ProcessQueryLimitedInformation = 0x1000;
    private const uint TokenPrimary = 1;
    private const uint TokenImpersonation = 2;
    private const uint LinkedToken = 19;

    [NtSyscall("NtOpenProcessToken", Support.Full)]
    internal static NtStatus NtOpenProcessToken(NtThread t, Handle process, uint access, GuestPointer handle) =>
        NtOpenProcessTokenEx(t, process, access, 0, handle);

    [NtSyscall("NtOpenProcessTokenEx", Support.Full)]
    internal static NtStatus NtOpenProcessTokenEx(NtThread t, Handle process, uint access, uint attributes, GuestPointer handle)
    {
        NtStatus status = t.Reference(process, 0, out NtProcess target, out uint granted);
        if (!status.IsSuccess)
        {
            return status;
        }
        return (granted & (ProcessQueryInformation | ProcessQueryLimitedInformation)) == 0
            ? NtStatus.AccessDenied
            : t.ReturnHandle(handle, target.Token, access, (ObjectFlags)attributes);
    }

    [NtSyscall("NtOpenThreadToken", Support.Full)]
    internal static NtStatus NtOpenThreadToken(NtThread t, Handle thread, uint access, bool openAsSelf, GuestPointer handle) =>
        NtOpenThreadTokenEx(t, thread, access, openAsSelf, 0, handle);

    [NtSyscall("NtOpenThreadTokenEx", Support.Full)]
    internal static NtStatus NtOpenThreadTokenEx(NtThread t, Handle thread, uint access, bool openAsSelf, uint attributes, GuestPointer handle)
    {
        NtStatus status = t.Reference(thread, 0, out NtThread target);
        if (!status.IsSuccess)
        {
            return status;
        }
        return target.ImpersonationToken is { } token ? t.ReturnHandle(handle, token, access, (ObjectFlags)attributes) : NtStatus.NoToken;
    }

    /// <summary>
    /// With a SECURITY_QUALITY_OF_SERVICE the fourth argument is NT's EffectiveOnly; libwine 8.0 passes none and puts the impersonation
    /// level there (read from kernelbase's code).
    /// </summary>
    [NtSyscall("NtDuplicateToken", Support.Full)]
    internal static NtStatus NtDuplicateToken(NtThread t, Handle existing, uint access, GuestPointer objectAttributes, uint effectiveOnlyOrLevel, uint type, GuestPointer handle)
    {
        if (type is not (TokenPrimary or TokenImpersonation))
        {
            return NtStatus.InvalidParameter;
        }
        NtStatus status = NtObjectAttributes.Read(t, objectAttributes, out NtObjectAttributes attributes);
        ImpersonationLevel? given = null;
        if (status.IsSuccess)
        {
            status = ReadLevel(t, objectAttributes, out given);
        }
        ImpersonationLevel level = given ?? (ImpersonationLevel)Math.Min(effectiveOnlyOrLevel, (uint)ImpersonationLevel.Delegation);
        bool effectiveOnly = given is not null && (byte)effectiveOnlyOrLevel != 0;
        TokenObject token = null!;
        uint granted = 0;
        if (status.IsSuccess)
        {
            status = t.Reference(existing, TokenAccess.Duplicate, out token, out granted);
        }
        if (!status.IsSuccess)
        {
            return status;
        }
        if (!token.IsPrimary && ((type == TokenImpersonation && level > token.Level) || (type == TokenPrimary && token.Level < ImpersonationLevel.Impersonation)))
        {
            return NtStatus.BadImpersonationLevel;
        }
        return t.ReturnHandle(handle, token.Duplicate(type == TokenPrimary, level, effectiveOnly), access == 0 ? granted : access, attributes.Flags);
    }

    [NtSyscall("NtQueryInformationToken", Support.Partial, "claims, device groups and app-container classes")]
    internal static NtStatus NtQueryInformationToken(NtThread t, Handle handle, uint informationClass, GuestPointer buffer, uint length, GuestPointer returnLength)
    {
        const uint source = 7;
        NtStatus status = TokenReference.Resolve(t, handle, informationClass == source ? TokenAccess.QuerySource : TokenAccess.Query, out TokenObject token);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (informationClass == LinkedToken)
        {
            return NtStatus.NoSuchLogonSession;
        }
        InformationBuilder? data;
        lock (token.Lock)
        {
            data = TokenInformation.Build(token, informationClass, buffer.Address);
        }
        return data is null
            ? NtStatus.InvalidInfoClass
            : InformationResult.AtLeast(t, data.Data, buffer, length, returnLength, NtStatus.BufferTooSmall);
    }

    [NtSyscall("NtImpersonateAnonymousToken", Support.Full)]
    internal static NtStatus NtImpersonateAnonymousToken(NtThread t, Handle thread)
    {
        const uint threadImpersonate = 0x100;
        NtStatus status = t.Reference(thread, threadImpersonate, out NtThread target);
        if (status.IsSuccess)
        {
            target.ImpersonationToken = TokenObject.CreateAnonymousToken();
        }
        return status;
    }

    /// <summary>Reads the impersonation level of the SECURITY_QUALITY_OF_SERVICE in object attributes, or null.</summary>
    private static NtStatus ReadLevel(NtThread t, GuestPointer objectAttributes, out ImpersonationLevel? level)
    {
        const uint qualityOfServiceSize = 12;
        level = null;
        if (objectAttributes.IsNull)
        {
            return NtStatus.Success;
        }
        if (!t.Memory.TryRead(objectAttributes, out ObjectAttributes64 raw))
        {
            return NtStatus.AccessViolation;
        }
        if (raw.SecurityQualityOfService == 0)
        {
            return NtStatus.Success;
        }
        if (!t.Memory.TryRead(new GuestPointer(raw.SecurityQualityOfService), out ulong header))
        {
            return NtStatus.AccessViolation;
        }
        level = (ImpersonationLevel)(uint)(header >> 32);
        return (uint)header == qualityOfServiceSize && level <= ImpersonationLevel.Delegation ? NtStatus.Success : NtStatus.InvalidParameter;
    }
}
