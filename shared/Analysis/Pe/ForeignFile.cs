using System.Buffers.Binary;

namespace PortableVirt.Analysis.Pe;

/// <summary>Recognises files that are no PE images, so that the message can say what they are.</summary>
internal static class ForeignFile
{
    /// <summary>Null when the file has a DOS header that leads to a PE signature.</summary>
    public static PeError? Recognize(ReadOnlySpan<byte> data, long fileLength)
    {
        if (fileLength == 0)
        {
            return new PeError(PeErrorKind.Empty, PeStatus.MappedFileSizeZero, "is empty", "Download or copy the file again.");
        }
        if (data.Length < 2 || data[0] != 'M' || data[1] != 'Z')
        {
            return Guess(data);
        }
        if (data.Length < 0x40)
        {
            return PeError.Truncated("the DOS header", 0x40, fileLength) with { Status = PeStatus.InvalidImageNotMz };
        }
        uint offset = BinaryPrimitives.ReadUInt32LittleEndian(data[0x3c..]);
        if (offset > int.MaxValue - 0x10000 || offset + 4L > fileLength)
        {
            // A DOS program has whatever it likes at 0x3c; a PE file whose header is cut off has an address beyond its end.
            return offset != 0 && offset < 0x1000 && offset + 4L > fileLength
                ? PeError.Truncated("the PE header", offset + 24L, fileLength) with { Status = PeStatus.InvalidImageProtect }
                : Dos();
        }
        if (offset + 4L > data.Length)
        {
            return PeError.Malformed("its PE header lies too far from the beginning");
        }
        ReadOnlySpan<byte> signature = data.Slice((int)offset, 4);
        if (signature.SequenceEqual("PE\0\0"u8))
        {
            return null;
        }
        return (signature[0], signature[1]) switch
        {
            ((byte)'N', (byte)'E') => NewExecutable(data, (int)offset),
            ((byte)'L', (byte)'E' or (byte)'X') => Legacy("is a linear executable (OS/2 or a virtual device driver)", PeStatus.InvalidImageLeFormat),
            _ => Dos(),
        };
    }

    private static PeError NewExecutable(ReadOnlySpan<byte> data, int offset) => offset + 0x36 < data.Length && data[offset + 0x36] == 1
        ? Legacy("is an OS/2 program", PeStatus.InvalidImageNeFormat)
        : Legacy("is a 16-bit Windows program", PeStatus.InvalidImageWin16);

    private static PeError Dos() => Legacy("is a DOS program", PeStatus.InvalidImageProtect);

    private static PeError Legacy(string what, uint status) => new(PeErrorKind.Legacy, status, what, "Only 64-bit Windows programs can run.");

    private static PeError Guess(ReadOnlySpan<byte> data)
    {
        (string what, string advice) = data switch
        {
            [0x7f, (byte)'E', (byte)'L', (byte)'F', ..] => ("is a Linux program (ELF)", "Run it directly."),
            [(byte)'#', (byte)'!', ..] => ("is a script", "Run it with its interpreter."),
            [(byte)'P', (byte)'K', 3, 4, ..] => ("is a ZIP archive", "Unpack it and run the program inside."),
            [0xd0, 0xcf, 0x11, 0xe0, ..] => ("is a Windows Installer package or another compound document", "Unpack it and run the program inside."),
            [(byte)'M', (byte)'S', (byte)'C', (byte)'F', ..] => ("is a cabinet archive", "Unpack it and run the program inside."),
            [0x37, 0x7a, 0xbc, 0xaf, ..] => ("is a 7z archive", "Unpack it and run the program inside."),
            [0xcf or 0xce, 0xfa, 0xed, 0xfe, ..] => ("is a macOS program", "Get the Windows version of the program."),
            _ when IsText(data) => ("is a text file or a script, not a PE file", "A batch file runs with: cmd.exe /c FILE."),
            _ => ("is not a PE file (a Windows program starts with \"MZ\")", "Check that this is the program's .exe file."),
        };
        return new PeError(PeErrorKind.NotPe, PeStatus.InvalidImageNotMz, what, advice);
    }

    private static bool IsText(ReadOnlySpan<byte> data)
    {
        foreach (byte b in data[..Math.Min(data.Length, 256)])
        {
            if (b is < 0x20 and not ((byte)'\t' or (byte)'\n' or (byte)'\r' or 0x1a) or 0x7f)
            {
                return false;
            }
        }
        return true;
    }
}
