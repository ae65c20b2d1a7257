using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Io.Host;

/// <summary>struct open_how of openat2(2): 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct OpenHow(int flags, uint mode, ulong resolve)
{
    public const int Size = 24;

    /// <summary>RESOLVE_NO_MAGICLINKS | RESOLVE_BENEATH.</summary>
    public const ulong Beneath = 0x02 | 0x08;

    public readonly ulong Flags = (ulong)(uint)flags;
    public readonly ulong Mode = mode;
    public readonly ulong Resolve = resolve;
}
