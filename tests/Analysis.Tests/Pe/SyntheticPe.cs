using System.Buffers.Binary;
using PortableVirt.Analysis.Pe;

namespace PortableVirt.Analysis.Tests.Pe;

/// <summary>Makes a minimal x64 console program of headers and one section of code, as a base for damaged files.</summary>
internal static class SyntheticPe
{
    /// <summary>File offset of the PE signature.</summary>
    public const int PeOffset = 0x80;

    /// <summary>File offset of the optional header.</summary>
    public const int Optional = PeOffset + 24;

    /// <summary>File offset of the section table.</summary>
    public const int Table = Optional + 0xf0;

    /// <summary>A valid file of 0x400 bytes: section ".text" at 0x1000, file data at 0x200.</summary>
    public static byte[] Create()
    {
        byte[] file = new byte[0x400];
        "MZ"u8.CopyTo(file);
        U32(file, 0x3c, PeOffset);
        "PE\0\0"u8.CopyTo(file.AsSpan(PeOffset));
        U16(file, PeOffset + 4, (ushort)PeMachine.Amd64);
        U16(file, PeOffset + 6, 1);
        U16(file, PeOffset + 20, 0xf0);
        U16(file, PeOffset + 22, 0x22);
        U16(file, Optional, 0x20b);
        U32(file, Optional + 16, 0x1000);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(Optional + 24), 0x140000000);
        U32(file, Optional + 32, 0x1000);
        U32(file, Optional + 36, 0x200);
        U32(file, Optional + 56, 0x2000);
        U32(file, Optional + 60, 0x200);
        U16(file, Optional + 68, (ushort)PeSubsystem.WindowsConsole);
        U32(file, Optional + 108, 16);
        ".text"u8.CopyTo(file.AsSpan(Table));
        U32(file, Table + 8, 0x10);
        U32(file, Table + 12, 0x1000);
        U32(file, Table + 16, 0x200);
        U32(file, Table + 20, 0x200);
        U32(file, Table + 36, 0x60000020);
        file[0x200] = 0xc3;
        return file;
    }

    /// <summary>Writes 16 bits.</summary>
    public static void U16(byte[] file, int offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(offset), value);

    /// <summary>Writes 32 bits.</summary>
    public static void U32(byte[] file, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(offset), value);
}
