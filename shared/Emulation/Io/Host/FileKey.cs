namespace PortableVirt.Emulation.Io.Host;

/// <summary>What names a file on the host whatever it is called: device and inode number.</summary>
internal readonly record struct FileKey(ulong Device, ulong Inode)
{
    /// <summary>The 64-bit file id that programs see.</summary>
    public ulong FileId => Inode ^ ((ulong)(uint)Device << 40) ^ (Device >> 32 << 52);
}
