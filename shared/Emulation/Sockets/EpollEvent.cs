using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Sockets;

/// <summary>struct epoll_event of x86-64: 12 bytes, packed.</summary>
/// <param name="Events">EPOLL flags.</param>
/// <param name="Key">What the registration gave.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct EpollEvent(uint Events, ulong Key);
