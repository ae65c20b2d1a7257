using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace PortableVirt.Cli.Hosts;

/// <summary>System calls on terminals and on this process as a job.</summary>
internal static partial class NativeTerminal
{
    /// <summary>TCGETS.</summary>
    public const nuint GetAttributes = 0x5401;

    /// <summary>TCSETSW: once all output is through.</summary>
    public const nuint SetAttributes = 0x5403;

    /// <summary>SIGSTOP.</summary>
    public const int Stop = 19;

    private const nuint GetWindowSize = 0x5413;
    private const int UsualWidth = 80;
    private const int UsualHeight = 24;

    /// <summary>Columns of a terminal; 80 where it does not tell.</summary>
    public static int Width(int descriptor) => Size(descriptor).Columns;

    /// <summary>Columns and lines of a terminal; 80 and 24 where it does not tell.</summary>
    public static (int Columns, int Lines) Size(int descriptor)
    {
        // struct winsize: rows, columns, two fields of pixels, 16 bits each.
        Span<byte> size = stackalloc byte[8];
        bool isKnown = Ioctl(descriptor, GetWindowSize, ref size[0]) == 0;
        int lines = isKnown ? BinaryPrimitives.ReadUInt16LittleEndian(size) : 0;
        int columns = isKnown ? BinaryPrimitives.ReadUInt16LittleEndian(size[2..]) : 0;
        return (columns == 0 ? UsualWidth : columns, lines == 0 ? UsualHeight : lines);
    }

    [LibraryImport("libc", EntryPoint = "ioctl")]
    public static partial int Ioctl(int descriptor, nuint request, ref byte argument);

    [LibraryImport("libc", EntryPoint = "tcgetpgrp")]
    public static partial int GetForegroundGroup(int descriptor);

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    public static partial int GetGroup();

    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int Kill(int process, int signal);
}
