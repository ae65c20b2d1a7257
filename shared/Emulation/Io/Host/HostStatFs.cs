using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Io.Host;

/// <summary>struct statfs of Linux x86-64: 120 bytes (asm-generic/statfs.h).</summary>
[StructLayout(LayoutKind.Sequential, Size = 120)]
internal struct HostStatFs
{
    public long Type;
    public long BlockSize;
    public ulong Blocks;
    public ulong BlocksFree;
    public ulong BlocksAvailable;
    public ulong Files;
    public ulong FilesFree;
    public ulong FileSystemId;
    public long NameLength;
    public long FragmentSize;
    public long Flags;
}
