namespace PortableVirt.Emulation.Io.Disk;

/// <summary>One extended attribute of a file.</summary>
/// <param name="Flags">0 or <see cref="NeedEa"/>.</param>
/// <param name="Name">1 to 254 characters of one byte each (Latin-1), upper case.</param>
/// <param name="Value">0 to 65535 bytes; an empty one means "remove it" where attributes are set.</param>
public readonly record struct ExtendedAttribute(byte Flags, string Name, byte[] Value)
{
    /// <summary>FILE_NEED_EA: who does not know extended attributes cannot understand the file.</summary>
    public const byte NeedEa = 0x80;

    /// <summary>Bytes that it counts in the size of a file's attributes: flags, two lengths, name and terminator, value.</summary>
    public int PackedSize => 4 + Name.Length + 1 + Value.Length;
}
