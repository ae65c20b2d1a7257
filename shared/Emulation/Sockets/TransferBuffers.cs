using System.Buffers.Binary;
using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Sockets;

/// <summary>The guest buffers of one call, and how much of them is done. The list is read from the guest once.</summary>
internal sealed class TransferBuffers
{
    /// <summary>Most buffers of a call.</summary>
    public const uint MaximumCount = 1024;

    /// <summary>Most bytes of one host call; streams go on with another, and no datagram is longer.</summary>
    private const ulong MaximumPart = 1 << 20;

    /// <summary>Segments of one host call (IOV_MAX is 1024), less the pages of one part.</summary>
    private const int MaximumSegments = 1024 - (int)(MaximumPart / 4096) - 1;

    private readonly (GuestPointer Address, uint Length)[] _buffers;
    private int _current;
    private ulong _offset;

    private TransferBuffers((GuestPointer Address, uint Length)[] buffers)
    {
        _buffers = buffers;
        foreach ((_, uint length) in buffers)
        {
            Total += length;
        }
    }

    /// <summary>Length of all buffers in bytes.</summary>
    public ulong Total { get; }

    /// <summary>Bytes done.</summary>
    public ulong Done { get; private set; }

    /// <summary>True when all bytes are done.</summary>
    public bool IsDone => Done == Total;

    /// <summary>One buffer.</summary>
    public static TransferBuffers Single(GuestPointer buffer, uint length) => new([(buffer, length)]);

    /// <summary>Reads a WSABUF array: { uint length; pointer } of 16 bytes each.</summary>
    public static NtStatus Read(GuestAccessor memory, GuestPointer list, uint count, out TransferBuffers buffers)
    {
        buffers = null!;
        if (count > MaximumCount)
        {
            return NtStatus.InsufficientResources;
        }
        byte[] raw = new byte[count * 16];
        if (!memory.TryRead(list, raw))
        {
            return NtStatus.AccessViolation;
        }
        (GuestPointer, uint)[] read = new (GuestPointer, uint)[count];
        for (int i = 0; i < read.Length; i++)
        {
            ReadOnlySpan<byte> entry = raw.AsSpan(i * 16, 16);
            read[i] = (new GuestPointer(BinaryPrimitives.ReadUInt64LittleEndian(entry[8..])), BinaryPrimitives.ReadUInt32LittleEndian(entry));
        }
        buffers = new TransferBuffers(read);
        return NtStatus.Success;
    }

    /// <summary>Finds the host memory of what is left, up to the bounds of one host call. False when it may not be touched.</summary>
    public bool TryMap(GuestAccessor memory, bool forWrite, List<GuestSegment> segments)
    {
        segments.Clear();
        ulong room = MaximumPart;
        ulong offset = _offset;
        for (int i = _current; i < _buffers.Length && room != 0 && segments.Count < MaximumSegments; i++, offset = 0)
        {
            (GuestPointer address, uint length) = _buffers[i];
            ulong part = Math.Min(length - offset, room);
            room -= part;
            if (part != 0 && !memory.TryGetSegments(address + (long)offset, part, forWrite, segments))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Notes that bytes were moved.</summary>
    public void Advance(ulong count)
    {
        Done += count;
        _offset += count;
        while (_current < _buffers.Length && _offset >= _buffers[_current].Length)
        {
            _offset -= _buffers[_current].Length;
            _current++;
        }
    }

    /// <summary>Copies what is left, up to <paramref name="limit"/> bytes. False when it cannot be read.</summary>
    public bool TryCopyRest(GuestAccessor memory, int limit, out byte[] rest)
    {
        rest = new byte[(int)Math.Min(Total - Done, (ulong)limit)];
        int filled = 0;
        ulong offset = _offset;
        for (int i = _current; i < _buffers.Length && filled < rest.Length; i++, offset = 0)
        {
            (GuestPointer address, uint length) = _buffers[i];
            int part = (int)Math.Min(length - offset, (ulong)(rest.Length - filled));
            if (!memory.TryRead(address + (long)offset, rest.AsSpan(filled, part)))
            {
                return false;
            }
            filled += part;
        }
        return true;
    }
}
