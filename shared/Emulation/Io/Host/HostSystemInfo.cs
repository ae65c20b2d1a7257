using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Io.Host;

/// <summary>struct sysinfo of sysinfo(2): 112 bytes; sizes count <see cref="MemoryUnit"/> bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 112)]
internal struct HostSystemInfo
{
    [FieldOffset(32)] public ulong TotalMemory;
    [FieldOffset(40)] public ulong FreeMemory;
    [FieldOffset(56)] public ulong BufferMemory;
    [FieldOffset(64)] public ulong TotalSwap;
    [FieldOffset(104)] public uint MemoryUnit;
}
