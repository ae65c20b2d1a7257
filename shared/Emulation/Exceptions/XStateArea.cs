using System.Buffers.Binary;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Exceptions;

/// <summary>
/// The XSTATE area of a CONTEXT with CONTEXT_XSTATE: mask of the components that are not in their initial state, compaction mask, 48 reserved bytes,
/// upper halves of YMM0 to YMM15; 320 bytes, compacted as Windows lays it out. CONTEXT_EX behind the CONTEXT says where it is. libwine 8.0 knows AVX and
/// no component beyond, so contexts carry no more.
/// </summary>
internal static class XStateArea
{
    /// <summary>Bytes of an area with AVX.</summary>
    public const int Size = HeaderSize + YmmSize;

    /// <summary>Bytes before the registers.</summary>
    public const int HeaderSize = 64;

    /// <summary>Offset of CONTEXT_EX in a CONTEXT.</summary>
    public const int ContextExOffset = GuestContext.Size;

    /// <summary>Bytes of CONTEXT_EX: three pairs of offset and length (All, Legacy, XState).</summary>
    public const int ContextExSize = 24;

    /// <summary>XSTATE_MASK_AVX.</summary>
    public const ulong Avx = 4;

    /// <summary>XSTATE_MASK_LEGACY and AVX.</summary>
    public const ulong AllFeatures = 7;

    private const ulong Compacted = 1ul << 63;
    private const int XStatePairOffset = 16;
    private const int YmmSize = 256;
    private const int HostMaskOffset = 512, HostYmmOffset = 576;

    /// <summary>Fills an area from a saved state of the processor.</summary>
    /// <param name="host">XSAVE area in standard format.</param>
    /// <param name="wanted">Components that the area is to have.</param>
    public static void Fill(Span<byte> area, ReadOnlySpan<byte> host, ulong wanted)
    {
        area[..Size].Clear();
        ulong mask = BinaryPrimitives.ReadUInt64LittleEndian(host[HostMaskOffset..]) & wanted & Avx;
        BinaryPrimitives.WriteUInt64LittleEndian(area, mask);
        BinaryPrimitives.WriteUInt64LittleEndian(area[8..], Compacted | wanted);
        if (mask != 0)
        {
            host.Slice(HostYmmOffset, YmmSize).CopyTo(area[HeaderSize..]);
        }
    }

    /// <summary>Puts an area into a state for the processor: what it has not is set to its initial state, what it does not speak of stays.</summary>
    public static void Load(ReadOnlySpan<byte> area, Span<byte> host)
    {
        if ((Wanted(area) & Avx) == 0)
        {
            return;
        }
        ulong mask = BinaryPrimitives.ReadUInt64LittleEndian(host[HostMaskOffset..]) & ~Avx;
        host.Slice(HostYmmOffset, YmmSize).Clear();
        if ((BinaryPrimitives.ReadUInt64LittleEndian(area) & Avx) != 0)
        {
            mask |= Avx;
            area.Slice(HeaderSize, YmmSize).CopyTo(host[HostYmmOffset..]);
        }
        BinaryPrimitives.WriteUInt64LittleEndian(host[HostMaskOffset..], mask);
    }

    /// <summary>
    /// Reads the area of a program's context; <paramref name="area"/> stays empty when the context has none. STATUS_ACCESS_VIOLATION,
    /// STATUS_INVALID_PARAMETER for a length that no area has, STATUS_BUFFER_OVERFLOW when the area names AVX and has no room for it.
    /// </summary>
    public static NtStatus Read(NtThread t, GuestPointer context, uint flags, out byte[] area)
    {
        area = [];
        if (!Has(t, flags))
        {
            return NtStatus.Success;
        }
        NtStatus status = Locate(t, context, out GuestPointer at, out uint length);
        if (!status.IsSuccess)
        {
            return status;
        }
        byte[] read = new byte[Size];
        if (!t.Memory.TryRead(at, read.AsSpan(0, HeaderSize)))
        {
            return NtStatus.AccessViolation;
        }
        if ((BinaryPrimitives.ReadUInt64LittleEndian(read) & Wanted(read) & Avx) != 0)
        {
            if (length < Size)
            {
                return NtStatus.BufferOverflow;
            }
            if (!t.Memory.TryRead(at + HeaderSize, read.AsSpan(HeaderSize)))
            {
                return NtStatus.AccessViolation;
            }
        }
        area = read;
        return NtStatus.Success;
    }

    /// <summary>
    /// Finds the area that a program made for NtGetContextThread to fill, and what it wants there. Errors as <see cref="Read"/>.
    /// </summary>
    public static NtStatus Prepare(NtThread t, GuestPointer context, uint flags, out GuestPointer at, out uint length, out ulong wanted)
    {
        (at, length, wanted) = (default, 0, 0);
        if (!Has(t, flags))
        {
            return NtStatus.Success;
        }
        NtStatus status = Locate(t, context, out at, out length);
        Span<byte> header = stackalloc byte[HeaderSize];
        if (status.IsSuccess && !t.Memory.TryRead(at, header))
        {
            return NtStatus.AccessViolation;
        }
        wanted = Wanted(header) & AllFeatures;
        return status;
    }

    /// <summary>True when flags name the area and the machine has AVX.</summary>
    public static bool Has(NtThread t, uint flags) => (flags & GuestContext.XState) == GuestContext.XState && t.Executive.HasAvx;

    private static ulong Wanted(ReadOnlySpan<byte> area)
    {
        ulong compaction = BinaryPrimitives.ReadUInt64LittleEndian(area[8..]);
        return compaction != 0 ? compaction : AllFeatures;
    }

    private static NtStatus Locate(NtThread t, GuestPointer context, out GuestPointer at, out uint length)
    {
        (at, length) = (default, 0);
        if (!t.Memory.TryRead(context + (ContextExOffset + XStatePairOffset), out int offset) || !t.Memory.TryRead(context + (ContextExOffset + XStatePairOffset + 4), out length))
        {
            return NtStatus.AccessViolation;
        }
        at = new GuestPointer(context.Address + ContextExOffset + (ulong)(long)offset);
        return length is >= HeaderSize and <= 1 << 16 ? NtStatus.Success : NtStatus.InvalidParameter;
    }
}
