using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Sync;

/// <summary>The answer of the NtQuery* calls that have fixed-size information classes.</summary>
internal static class QueryBuffer
{
    /// <summary>
    /// Writes a fixed-size structure and its size. STATUS_INFO_LENGTH_MISMATCH unless the buffer has exactly that size, then
    /// nothing is written.
    /// </summary>
    internal static NtStatus Return<T>(NtThread thread, GuestPointer buffer, uint length, GuestPointer returnLength, in T value)
        where T : unmanaged
    {
        uint size = (uint)System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
        if (length != size)
        {
            return NtStatus.InfoLengthMismatch;
        }
        return thread.Memory.TryWrite(buffer, in value) && (returnLength.IsNull || thread.Memory.TryWrite(returnLength, size))
            ? NtStatus.Success
            : NtStatus.AccessViolation;
    }

    /// <summary>True when an optional output value can be written: checked before a call does anything, as NT does.</summary>
    internal static bool CanReturn(NtThread thread, GuestPointer optional, uint size) => optional.IsNull || thread.Memory.CanWrite(optional, size);

    /// <summary>Writes an optional output value. NT ignores a failure here: the call has already happened.</summary>
    internal static void ReturnOptional<T>(NtThread thread, GuestPointer optional, in T value)
        where T : unmanaged
    {
        if (!optional.IsNull)
        {
            thread.Memory.TryWrite(optional, in value);
        }
    }
}
