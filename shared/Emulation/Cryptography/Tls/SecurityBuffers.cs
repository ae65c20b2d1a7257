using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Cryptography.Tls;

/// <summary>
/// A copy of SecBufferDesc { ULONG version, count; SecBuffer { ULONG length, type; void *data } * } (sspi.h). The buffers themselves stay with the
/// program.
/// </summary>
internal sealed class SecurityBuffers
{
    /// <summary>SECBUFFER_DATA.</summary>
    public const uint Data = 1;

    /// <summary>SECBUFFER_TOKEN.</summary>
    public const uint Token = 2;

    /// <summary>SECBUFFER_STREAM_TRAILER.</summary>
    public const uint StreamTrailer = 6;

    /// <summary>SECBUFFER_STREAM_HEADER.</summary>
    public const uint StreamHeader = 7;

    private const uint AttributeMask = 0xf0000000;
    private const int MaximumCount = 64, EntryLength = 16;

    private readonly List<(uint Length, uint Kind, GuestPointer Address)> _buffers = [];

    /// <summary>Copies the description; false when it is not readable or absurdly long. A null pointer has no buffers.</summary>
    public static bool TryRead(GuestAccessor memory, GuestPointer pointer, out SecurityBuffers buffers)
    {
        buffers = new SecurityBuffers();
        if (pointer.IsNull)
        {
            return true;
        }
        Span<byte> bytes = stackalloc byte[EntryLength];
        if (!memory.TryRead(pointer, bytes))
        {
            return false;
        }
        uint count = new ParameterBlock(bytes).Number(4);
        GuestPointer entry = new ParameterBlock(bytes).Pointer(8);
        if (count > MaximumCount)
        {
            return false;
        }
        for (; count != 0; count--, entry += EntryLength)
        {
            if (!memory.TryRead(entry, bytes))
            {
                return false;
            }
            ParameterBlock buffer = new(bytes);
            buffers._buffers.Add((buffer.Number(0), buffer.Number(4) & ~AttributeMask, buffer.Pointer(8)));
        }
        return true;
    }

    /// <summary>Index of the first buffer of a kind from a position on; -1 when there is none.</summary>
    public int Find(uint kind, int start = 0) => start > _buffers.Count ? -1 : _buffers.FindIndex(start, buffer => buffer.Kind == kind);

    /// <summary>Reads the beginning of a buffer; false when it is not readable or shorter.</summary>
    public bool TryReadBuffer(GuestAccessor memory, int index, uint length, int limit, out byte[] bytes)
    {
        bytes = [];
        return length <= _buffers[index].Length && memory.TryReadArray(_buffers[index].Address, length, limit, out bytes);
    }

    /// <summary>Writes bytes into buffers one after the other, each as far as it has room.</summary>
    /// <param name="memory">The program's memory.</param>
    /// <param name="bytes">What to write.</param>
    /// <param name="indexes">The buffers in their order; -1 is passed over.</param>
    /// <param name="last">The buffer that was written last; -1 for none.</param>
    /// <param name="written">How many bytes that one got.</param>
    /// <returns><see cref="SecurityStatus.BufferTooSmall"/> when there is not enough room: nothing is written then.</returns>
    public NtStatus Scatter(GuestAccessor memory, ReadOnlySpan<byte> bytes, ReadOnlySpan<int> indexes, out int last, out uint written)
    {
        last = -1;
        written = 0;
        ulong room = 0;
        foreach (int index in indexes)
        {
            room += index < 0 ? 0 : _buffers[index].Length;
        }
        if (room < (uint)bytes.Length)
        {
            return SecurityStatus.BufferTooSmall;
        }
        foreach (int index in indexes)
        {
            if (index < 0 || bytes.IsEmpty)
            {
                continue;
            }
            int count = (int)Math.Min(_buffers[index].Length, (uint)bytes.Length);
            if (!memory.TryWrite(_buffers[index].Address, bytes[..count]))
            {
                return NtStatus.AccessViolation;
            }
            bytes = bytes[count..];
            last = index;
            written = (uint)count;
        }
        return SecurityStatus.Ok;
    }
}
