using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Registry;

/// <summary>A value of a key. Immutable: setting a value replaces it.</summary>
/// <param name="Name">Name with the case it was first written in; "" is the default value. At most 16383 characters.</param>
/// <param name="Type">Type; not checked against the data, as on NT.</param>
/// <param name="Data">The raw data; never changed after construction.</param>
public sealed record KeyValue(string Name, RegistryValueType Type, byte[] Data)
{
    /// <summary>Longest value name in characters ("Registry element size limits", Windows documentation).</summary>
    public const int MaximumNameLength = 16383;

    /// <summary>Text as a REG_SZ value holds it: UTF-16 with a terminator.</summary>
    public static byte[] Encode(string text)
    {
        byte[] data = new byte[(text.Length + 1) * 2];
        MemoryMarshal.AsBytes(text.AsSpan()).CopyTo(data);
        return data;
    }

    /// <summary>The data as text up to the first terminator.</summary>
    public string Text
    {
        get
        {
            ReadOnlySpan<char> text = MemoryMarshal.Cast<byte, char>(Data.AsSpan(0, Data.Length & ~1));
            int end = text.IndexOf('\0');
            return new string(end < 0 ? text : text[..end]);
        }
    }
}
