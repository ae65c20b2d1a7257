using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Console;

/// <summary>INPUT_RECORD with a KEY_EVENT_RECORD (wincon.h): 20 bytes. Records of other types keep their bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InputRecord
{
    /// <summary>KEY_EVENT.</summary>
    public const ushort KeyEvent = 1;

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
}
