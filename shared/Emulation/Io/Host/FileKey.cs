namespace PortableVirt.Emulation.Io.Host;

/// <summary>What names a file on the host whatever it is called: device and inode number.</summary>
internal readonly record struct FileKey(ulong Device, ulong Inode);
