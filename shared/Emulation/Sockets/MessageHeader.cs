using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Sockets;

/// <summary>struct msghdr of sendmsg(2): 56 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MessageHeader
{
    public nint Name;
    public uint NameLength;
    public nint Segments;
    public nuint SegmentCount;
    public nint Control;
    public nuint ControlLength;
    public int Flags;
}
