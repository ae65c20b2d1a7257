using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Sync;

/// <summary>struct pollfd of poll(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor(int descriptor, short events)
{
    /// <summary>The descriptor; negative ones are skipped.</summary>
    public int Descriptor = descriptor;

    /// <summary>Events asked for.</summary>
    public short Events = events;

    /// <summary>Events that are there.</summary>
    public short Returned;
}
