using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Console;

/// <summary>
/// The line discipline of the terminal (struct termios of Linux: four flag words, line, 19 control characters). Until the program
/// reads, it stays as it was found; then every key comes at once and unseen, and Ctrl-C, Ctrl-\ and Ctrl-Z are signals only
/// while the console's input is processed.
/// </summary>
internal sealed class TerminalSettings(SafeFileHandle terminal)
{
    private const nuint GetAttributes = 0x5401;
    private const nuint SetAttributes = 0x5402;
    private const nuint GetWindowSize = 0x5413;
    private const int Size = 60;
    private const uint InputFlags = 0x20 | 0x40 | 0x80 | 0x100 | 0x400;
    private const uint Signals = 0x1;
    private const uint LocalFlags = 0x2 | 0x8 | 0x40 | 0x8000;
    private const int MinimumIndex = 17 + 6, TimeIndex = 17 + 5;

    private byte[]? _original;
    private bool _hasStarted;
    private bool _isRaw;
    private uint _mode;

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

    /// <summary>The program begins to read.</summary>
    public void Start(uint mode)
    {
        _hasStarted = true;
        _original = Read(terminal);
        Apply(mode);
    }

    /// <summary>A new console input mode.</summary>
    public void Apply(uint mode)
    {
        bool same = _isRaw && ((mode ^ _mode) & ConsoleModes.ProcessedInput) == 0;
        _mode = mode;
        if (_hasStarted && !same)
        {
            Write(mode);
        }
    }

    /// <summary>Takes the terminal over after <see cref="Restore"/>, or again when the shell has changed it.</summary>
    public void Reapply()
    {
        if (_hasStarted)
        {
            Write(_mode);
        }
    }

    /// <summary>Gives the terminal back as it was.</summary>
    public void Restore()
    {
        if (_isRaw && _original is { } original)
        {
            _isRaw = false;
            _ = NativeIo.Ioctl(terminal, SetAttributes, ref original[0]);
        }
    }

    private void Write(uint mode)
    {
        if (_original is null)
        {
            return;
        }
        byte[] settings = [.. _original];
        uint input = BinaryPrimitives.ReadUInt32LittleEndian(settings) & ~InputFlags;
        uint local = BinaryPrimitives.ReadUInt32LittleEndian(settings.AsSpan(12)) & ~(LocalFlags | Signals);
        local |= (mode & ConsoleModes.ProcessedInput) != 0 ? Signals : 0;
        BinaryPrimitives.WriteUInt32LittleEndian(settings, input);
        BinaryPrimitives.WriteUInt32LittleEndian(settings.AsSpan(12), local);
        settings[MinimumIndex] = 1;
        settings[TimeIndex] = 0;
        _isRaw = NativeIo.Ioctl(terminal, SetAttributes, ref settings[0]) == 0;
    }

    private static byte[]? Read(SafeFileHandle handle)
    {
        byte[] settings = new byte[Size];
        return NativeIo.Ioctl(handle, GetAttributes, ref settings[0]) == 0 ? settings : null;
    }
}
