using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Sockets;

/// <summary>sendmsg(2) and recvmsg(2) over segments of guest memory.</summary>
internal static unsafe class HostSocket
{
    /// <summary>Sends; returns the number of bytes, or -1 and errno.</summary>
    /// <param name="address">The peer in the host's form; empty for the connected one.</param>
    public static nint Send(SafeFileHandle socket, List<GuestSegment> segments, ReadOnlySpan<byte> address, int flags)
    {
        fixed (byte* name = address)
        fixed (GuestSegment* list = CollectionsMarshal.AsSpan(segments))
        {
            MessageHeader header = new()
            {
                Name = (nint)name,
                NameLength = (uint)address.Length,
                Segments = (nint)list,
                SegmentCount = (nuint)segments.Count,
            };
            return NativeSocket.SendMessage(socket, in header, flags | NativeSocket.MessageNoSignal);
        }
    }

    /// <summary>Receives; returns the number of bytes, or -1 and errno.</summary>
    /// <param name="address">Room for the sender in the host's form.</param>
    /// <param name="addressLength">Length of what was written there; 0 when the host does not say.</param>
    /// <param name="control">Room for control messages.</param>
    /// <param name="controlLength">Length of what was written there.</param>
    /// <param name="flags">MSG_ flags; replaced by those of the message.</param>
    public static nint Receive(SafeFileHandle socket, List<GuestSegment> segments, Span<byte> address, out int addressLength, Span<byte> control, out int controlLength, ref int flags)
    {
        fixed (byte* name = address)
        fixed (byte* extra = control)
        fixed (GuestSegment* list = CollectionsMarshal.AsSpan(segments))
        {
            MessageHeader header = new()
            {
                Name = (nint)name,
                NameLength = (uint)address.Length,
                Segments = (nint)list,
                SegmentCount = (nuint)segments.Count,
                Control = (nint)extra,
                ControlLength = (nuint)control.Length,
            };
            nint moved = NativeSocket.ReceiveMessage(socket, ref header, flags);
            addressLength = moved < 0 ? 0 : Math.Min((int)header.NameLength, address.Length);
            controlLength = moved < 0 ? 0 : (int)header.ControlLength;
            flags = header.Flags;
            return moved;
        }
    }
}
