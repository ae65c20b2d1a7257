using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Console;

/// <summary>INPUT_RECORD with a KEY_EVENT_RECORD (wincon.h): 20 bytes. Records of other types keep their bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InputRecord
{
    /// <summary>Bytes of a record.</summary>
    public const int Size = 20;

    /// <summary>KEY_EVENT.</summary>
    public const ushort KeyEvent = 1;

    /// <summary>WINDOW_BUFFER_SIZE_EVENT: columns and rows are in the words of <see cref="KeyDown"/>.</summary>
    public const ushort WindowBufferSizeEvent = 4;

    /// <summary>RIGHT_ALT_PRESSED, LEFT_ALT_PRESSED.</summary>
    public const uint AltPressed = 3;

    /// <summary>RIGHT_CTRL_PRESSED, LEFT_CTRL_PRESSED.</summary>
    public const uint ControlPressed = 0xc;

    public ushort EventType;
    public ushort Padding;
    public int KeyDown;
    public ushort RepeatCount;
    public ushort VirtualKey;
    public ushort ScanCode;
    public ushort Character;
    public uint ControlKeys;

    /// <summary>A key going down or up.</summary>
    public static InputRecord Key(bool down, ushort virtualKey, char character, uint controlKeys) => new()
    {
        EventType = KeyEvent,
        KeyDown = down ? 1 : 0,
        RepeatCount = 1,
        VirtualKey = virtualKey,
        Character = character,
        ControlKeys = controlKeys,
    };

    /// <summary>The screen buffer has a new size.</summary>
    public static InputRecord NewSize(int columns, int rows) => new() { EventType = WindowBufferSizeEvent, KeyDown = (rows << 16) | (columns & 0xffff) };
}
