using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Io.Host;

/// <summary>struct statx of statx(2): 256 bytes (linux/stat.h).</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct HostStat
{
    [FieldOffset(0)] public uint Mask;
    [FieldOffset(4)] public uint BlockSize;
    [FieldOffset(16)] public uint Links;
    [FieldOffset(20)] public uint UserId;
    [FieldOffset(28)] public ushort Mode;
    [FieldOffset(32)] public ulong Inode;
    [FieldOffset(40)] public long Size;
    [FieldOffset(48)] public ulong Blocks;
    [FieldOffset(64)] public HostTimestamp AccessTime;
    [FieldOffset(80)] public HostTimestamp BirthTime;
    [FieldOffset(96)] public HostTimestamp ChangeTime;
    [FieldOffset(112)] public HostTimestamp ModifyTime;
    [FieldOffset(128)] public uint SpecialMajor;
    [FieldOffset(132)] public uint SpecialMinor;
    [FieldOffset(136)] public uint DeviceMajor;
    [FieldOffset(140)] public uint DeviceMinor;

    /// <summary>STATX_BASIC_STATS | STATX_BTIME.</summary>
    public const uint WantedMask = 0xfff;

    public const uint BirthTimeMask = 0x800;

    public readonly int Type => Mode & OpenFlags.TypeMask;

    public readonly bool IsDirectory => Type == OpenFlags.TypeDirectory;

    public readonly bool IsLink => Type == OpenFlags.TypeLink;

    public readonly bool IsRegular => Type == OpenFlags.TypeRegular;

    public readonly FileKey Key => new(((ulong)DeviceMajor << 32) | DeviceMinor, Inode);
}
