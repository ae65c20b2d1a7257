using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Console;

/// <summary>CHAR_INFO (wincon.h): one cell of a screen buffer, 4 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ConsoleCell(char character, ushort attributes)
{
    /// <summary>COMMON_LVB_LEADING_BYTE: left half of a wide character.</summary>
    public const ushort LeadingHalf = 0x100;

    /// <summary>COMMON_LVB_TRAILING_BYTE: right half of a wide character.</summary>
    public const ushort TrailingHalf = 0x200;

    private ushort _character = character;

    /// <summary>Colours in bits 0-7, COMMON_LVB_ flags above.</summary>
    public ushort Attributes = attributes;

    /// <summary>UTF-16 code unit.</summary>
    public char Character
    {
        readonly get => (char)_character;
        set => _character = value;
    }
}
