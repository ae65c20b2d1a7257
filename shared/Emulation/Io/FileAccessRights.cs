namespace PortableVirt.Emulation.Io;

/// <summary>Access rights of file objects (winnt.h).</summary>
internal static class FileAccessRights
{
    public const uint ReadData = 0x1;
    public const uint WriteData = 0x2;
    public const uint AppendData = 0x4;
    public const uint ReadEa = 0x8;
    public const uint WriteEa = 0x10;
    public const uint Execute = 0x20;
    public const uint DeleteChild = 0x40;
    public const uint ReadAttributes = 0x80;
    public const uint WriteAttributes = 0x100;
    public const uint Delete = 0x10000;
    public const uint WriteDac = 0x40000;
    public const uint WriteOwner = 0x80000;
    public const uint Synchronize = 0x100000;
    public const uint MaximumAllowed = 0x2000000;

    /// <summary>All rights that change something.</summary>
    public const uint AnyWrite = WriteData | AppendData | WriteEa | DeleteChild | WriteAttributes | Delete | WriteDac | WriteOwner;
}
