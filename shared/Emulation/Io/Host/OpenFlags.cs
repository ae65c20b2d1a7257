namespace PortableVirt.Emulation.Io.Host;

/// <summary>open(2) flags and file mode bits of Linux x86-64 (asm-generic/fcntl.h, linux/stat.h).</summary>
internal static class OpenFlags
{
    public const int ReadOnly = 0;
    public const int WriteOnly = 1;
    public const int ReadWrite = 2;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int NoTerminal = 0x100;
    public const int NonBlocking = 0x800;
    public const int Directory = 0x10000;
    public const int NoFollow = 0x20000;
    public const int CloseOnExec = 0x80000;
    public const int Path = 0x200000;

    public const int TypeMask = 0xf000;
    public const int TypeFifo = 0x1000;
    public const int TypeCharacter = 0x2000;
    public const int TypeDirectory = 0x4000;
    public const int TypeBlock = 0x6000;
    public const int TypeRegular = 0x8000;
    public const int TypeLink = 0xa000;
    public const int TypeSocket = 0xc000;
}
