using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Security;

/// <summary>Token handles, the pseudo handles -4, -5 and -6 (process, thread, effective token) included.</summary>
internal static class TokenReference
{
    private const uint PseudoAccess = TokenAccess.Query | TokenAccess.QuerySource;

    /// <summary>Finds the token of a handle. STATUS_NO_TOKEN for -5 when the thread does not impersonate; else as <see cref="NtThread.Reference{T}(Handle, uint, out T)"/>.</summary>
    public static NtStatus Resolve(NtThread t, Handle handle, uint access, out TokenObject token)
    {
        TokenObject? pseudo = handle == Handle.CurrentProcessToken ? t.Process.Token
            : handle == Handle.CurrentThreadToken ? t.ImpersonationToken
            : handle == Handle.CurrentThreadEffectiveToken ? t.ImpersonationToken ?? t.Process.Token
            : null;
        token = pseudo!;
        if (pseudo is not null)
        {
            return (access & ~PseudoAccess) == 0 ? NtStatus.Success : NtStatus.AccessDenied;
        }
        return handle == Handle.CurrentThreadToken ? NtStatus.NoToken : t.Reference(handle, access, out token);
    }
}
