using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.SystemInfo;

/// <summary>The rules by which query calls give information back; each call family has its own.</summary>
internal static class InformationResult
{
    /// <summary>
    /// A class of fixed size (NtQueryInformationProcess and the like): the length must be exactly right, otherwise
    /// STATUS_INFO_LENGTH_MISMATCH. The needed length is returned in either case.
    /// </summary>
    public static NtStatus Exact(NtThread t, ReadOnlySpan<byte> data, GuestPointer buffer, uint length, GuestPointer returnLength) =>
        Return(t, data, buffer, length == data.Length, NtStatus.InfoLengthMismatch, returnLength);

    /// <summary>A class for which a longer buffer is fine: <paramref name="tooShort"/> when it is shorter.</summary>
    public static NtStatus AtLeast(NtThread t, ReadOnlySpan<byte> data, GuestPointer buffer, uint length, GuestPointer returnLength, NtStatus tooShort) =>
        Return(t, data, buffer, length >= data.Length, tooShort, returnLength);

    /// <summary>
    /// Registry style: STATUS_BUFFER_TOO_SMALL when not even the fixed part fits, STATUS_BUFFER_OVERFLOW when the rest does not
    /// (what fits is written); the needed length is always returned.
    /// </summary>
    public static NtStatus Partial(NtThread t, ReadOnlySpan<byte> data, int fixedLength, GuestPointer buffer, uint length, GuestPointer resultLength)
    {
        if (!t.Memory.TryWrite(resultLength, (uint)data.Length))
        {
            return NtStatus.AccessViolation;
        }
        if (length < fixedLength)
        {
            return NtStatus.BufferTooSmall;
        }
        bool fits = length >= data.Length;
        return !t.Memory.TryWrite(buffer, fits ? data : data[..(int)length]) ? NtStatus.AccessViolation
            : fits ? NtStatus.Success
            : NtStatus.BufferOverflow;
    }

    private static NtStatus Return(NtThread t, ReadOnlySpan<byte> data, GuestPointer buffer, bool fits, NtStatus tooShort, GuestPointer returnLength)
    {
        if (fits && !t.Memory.TryWrite(buffer, data))
        {
            return NtStatus.AccessViolation;
        }
        if (!returnLength.IsNull && !t.Memory.TryWrite(returnLength, (uint)data.Length))
        {
            return NtStatus.AccessViolation;
        }
        return fits ? NtStatus.Success : tooShort;
    }
}
