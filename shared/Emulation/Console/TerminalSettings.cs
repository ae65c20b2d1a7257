using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Console;

/// <summary>The line discipline of the terminal (struct termios of Linux: four flag words, line, 19 control characters).</summary>
internal sealed class TerminalSettings(SafeFileHandle terminal)
{
    private const nuint GetAttributes = 0x5401;
    private const nuint SetAttributes = 0x5402;
    private const nuint GetWindowSize = 0x5413;
    private const int Size = 60;
    private const uint MapCarriageReturn = 0x100;
    private const uint StartStop = 0x400;
    private const uint Signals = 0x1, Canonical = 0x2, Echo = 0x8, Extended = 0x8000;
    private const int MinimumIndex = 17 + 6, TimeIndex = 17 + 5;

    private readonly byte[]? _original = Read(terminal);
    private uint _mode = ConsoleModes.DefaultInput;

    /// <summary>True when the descriptor is a terminal.</summary>
    public static bool IsTerminal(SafeFileHandle handle) => Read(handle) is not null;

    /// <summary>Columns and rows; 80 by 25 where the terminal does not know.</summary>
    public static (int Columns, int Rows) QuerySize(SafeFileHandle handle)
    {
        byte[] size = new byte[8];
        bool known = NativeIo.Ioctl(handle, GetWindowSize, ref size[0]) == 0;
        int rows = BinaryPrimitives.ReadUInt16LittleEndian(size);
        int columns = BinaryPrimitives.ReadUInt16LittleEndian(size.AsSpan(2));
        return known && rows > 0 && columns > 0 ? (Math.Min(columns, 9999), Math.Min(rows, 9999)) : (80, 25);
    }

    /// <summary>
    /// Makes the terminal behave as a console input mode says: with line input the terminal edits lines itself, without it every
    /// key comes at once and unseen; Ctrl-C is a signal only with processed input.
    /// </summary>
    public void Apply(uint mode)
    {
        const uint Relevant = ConsoleModes.LineInput | ConsoleModes.EchoInput | ConsoleModes.ProcessedInput;
        if (_original is null || ((mode ^ _mode) & Relevant) == 0)
        {
            return;
        }
        _mode = mode;
        byte[] settings = [.. _original];
        uint input = BinaryPrimitives.ReadUInt32LittleEndian(settings);
        uint local = BinaryPrimitives.ReadUInt32LittleEndian(settings.AsSpan(12));
        if ((mode & ConsoleModes.LineInput) == 0)
        {
            input &= ~(MapCarriageReturn | StartStop);
            local &= ~(Canonical | Echo | Extended);
            settings[MinimumIndex] = 1;
            settings[TimeIndex] = 0;
        }
        else if ((mode & ConsoleModes.EchoInput) == 0)
        {
            local &= ~Echo;
        }
        if ((mode & ConsoleModes.ProcessedInput) == 0)
        {
            local &= ~Signals;
        }
        BinaryPrimitives.WriteUInt32LittleEndian(settings, input);
        BinaryPrimitives.WriteUInt32LittleEndian(settings.AsSpan(12), local);
        _ = NativeIo.Ioctl(terminal, SetAttributes, ref settings[0]);
    }

    /// <summary>Gives the terminal back as it was.</summary>
    public void Restore() => Apply(ConsoleModes.DefaultInput);

    private static byte[]? Read(SafeFileHandle handle)
    {
        byte[] settings = new byte[Size];
        return NativeIo.Ioctl(handle, GetAttributes, ref settings[0]) == 0 ? settings : null;
    }
}
