using System.Text;

namespace PortableVirt.Emulation.Console;

/// <summary>Code pages of the console. UTF-8 is native; the single-byte ones are read as Latin-1 unless the text is valid UTF-8.</summary>
internal static class ConsoleText
{
    /// <summary>CP_UTF8.</summary>
    public const uint Utf8 = 65001;

    /// <summary>Text in a code page as UTF-8.</summary>
    public static ReadOnlySpan<byte> ToUtf8(ReadOnlySpan<byte> text, uint codePage) =>
        codePage == Utf8 || System.Text.Unicode.Utf8.IsValid(text) ? text : Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(text));

    /// <summary>UTF-16 text in a code page.</summary>
    public static byte[] FromUtf16(ReadOnlySpan<char> text, uint codePage)
    {
        Encoding encoding = codePage == Utf8 ? Encoding.UTF8 : Encoding.Latin1;
        byte[] bytes = new byte[encoding.GetMaxByteCount(text.Length)];
        return bytes.AsSpan(0, encoding.GetBytes(text, bytes)).ToArray();
    }
}
