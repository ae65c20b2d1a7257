using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Abi;

/// <summary>CLIENT_ID of a 64-bit process: 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct ClientId64(uint process, uint thread)
{
    /// <summary>Process id.</summary>
    public ulong UniqueProcess = process;

    /// <summary>Thread id.</summary>
    public ulong UniqueThread = thread;
}
