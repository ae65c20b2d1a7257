using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using PortableVirt.Emulation.Abi;

namespace PortableVirt.Emulation.Memory;

/// <summary>
/// The one way from host code to the memory of a guest process. Every access is translated page by page with the rights that
/// the program itself has (user mode), demand-filled where needed, and fails with false instead of touching anything else.
/// Accesses that fail half-way may have transferred the pages before the failing one, as on NT.
/// </summary>
public sealed class GuestAccessor(AddressSpace space)
{
    /// <summary>Longest string that <see cref="TryReadUnicodeString"/> accepts, in bytes: UNICODE_STRING's own limit.</summary>
    public const int MaximumStringBytes = 0xfffe;

    /// <summary>Reads a value.</summary>
    public bool TryRead<T>(GuestPointer source, out T value)
        where T : unmanaged
    {
        Unsafe.SkipInit(out value);
        return TryRead(source, MemoryMarshal.AsBytes(new Span<T>(ref value)));
    }

    /// <summary>Writes a value.</summary>
    public bool TryWrite<T>(GuestPointer target, in T value)
        where T : unmanaged => TryWrite(target, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    /// <summary>Fills <paramref name="target"/> from guest memory.</summary>
    public bool TryRead(GuestPointer source, Span<byte> target) => space.TryCopyFrom(source.Address, target);

    /// <summary>Copies <paramref name="source"/> to guest memory.</summary>
    public bool TryWrite(GuestPointer target, ReadOnlySpan<byte> source) => space.TryCopyTo(target.Address, source);

    /// <summary>Copies <paramref name="source"/> to guest memory, to read-only code too (NtWriteVirtualMemory).</summary>
    public bool TryPatch(GuestPointer target, ReadOnlySpan<byte> source) => space.TryPatch(target.Address, source);

    /// <summary>Reads <paramref name="count"/> values; false when there are more than <paramref name="limit"/>.</summary>
    public bool TryReadArray<T>(GuestPointer source, uint count, int limit, out T[] values)
        where T : unmanaged
    {
        if (count > (uint)limit)
        {
            values = [];
            return false;
        }
        values = new T[count];
        return TryRead(source, MemoryMarshal.AsBytes(values.AsSpan()));
    }

    /// <summary>Probes a buffer for writing the way NT does before a long operation: every page of it must be writable now.</summary>
    public bool CanWrite(GuestPointer target, ulong length) => space.Probe(target.Address, length, forWrite: true);

    /// <summary>Probes a buffer for reading.</summary>
    public bool CanRead(GuestPointer source, ulong length) => space.Probe(source.Address, length, forWrite: false);

    /// <summary>Reads the text of a UNICODE_STRING structure; a null pointer gives an empty string and success.</summary>
    public bool TryReadUnicodeString(GuestPointer pointer, out string text)
    {
        text = "";
        return pointer.IsNull || (TryRead(pointer, out UnicodeString64 header) && TryReadUtf16(new GuestPointer(header.Buffer), header.Length, out text));
    }

    /// <summary>Reads <paramref name="bytes"/> bytes of UTF-16 text (an odd last byte is ignored).</summary>
    public bool TryReadUtf16(GuestPointer pointer, int bytes, out string text)
    {
        text = "";
        if (bytes is < 0 or > MaximumStringBytes)
        {
            return false;
        }
        char[] buffer = new char[bytes / 2];
        if (!TryRead(pointer, MemoryMarshal.AsBytes(buffer.AsSpan())))
        {
            return false;
        }
        text = new string(buffer);
        return true;
    }

    /// <summary>Reads a zero-terminated byte string of at most <paramref name="limit"/> bytes as UTF-8.</summary>
    public bool TryReadAnsiString(GuestPointer pointer, int limit, out string text)
    {
        List<byte> bytes = [];
        text = "";
        for (int i = 0; i < limit; i++)
        {
            if (!TryRead(pointer + i, out byte b))
            {
                return false;
            }
            if (b == 0)
            {
                text = Encoding.UTF8.GetString(CollectionsMarshal.AsSpan(bytes));
                return true;
            }
            bytes.Add(b);
        }
        return false;
    }

    /// <summary>
    /// Gives the host memory behind a guest buffer as a list of segments for scatter-gather I/O, so that file data is copied
    /// once. The segments stay valid until the address space is changed by a system call of the same process; a concurrent
    /// change makes the kernel's own copy fail (EFAULT), never the host process.
    /// </summary>
    /// <returns>False when any page lacks the right.</returns>
    public bool TryGetSegments(GuestPointer pointer, ulong length, bool forWrite, List<GuestSegment> segments) =>
        space.TryGetSegments(pointer.Address, length, forWrite, segments);
}
