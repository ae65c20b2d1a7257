using PortableVirt.Emulation.Abi;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Syscalls;

/// <summary>Names that arguments point to, for traces: " \"name\"", or nothing where none can be read.</summary>
internal static class TraceText
{
    private const int LongestName = 520;

    /// <summary>The name in OBJECT_ATTRIBUTES, behind its root directory's handle when it has one.</summary>
    public static string ObjectName(NtThread thread, ulong address)
    {
        if (address == 0 || !thread.Memory.TryRead(new GuestPointer(address), out ObjectAttributes64 raw) || raw.ObjectName == 0)
        {
            return "";
        }
        string text = Text(thread, raw.ObjectName);
        return raw.RootDirectory == 0 ? text : $" (0x{raw.RootDirectory:x}){text}";
    }

    /// <summary>The text of a UNICODE_STRING.</summary>
    public static string Text(NtThread thread, ulong address) =>
        address != 0
        && thread.Memory.TryRead(new GuestPointer(address), out UnicodeString64 header)
        && thread.Memory.TryReadUtf16(new GuestPointer(header.Buffer), (ushort)Math.Min(header.Length & ~1, LongestName), out string? text)
            ? $" \"{Printable(text)}\""
            : "";

    private static string Printable(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (int i = 0; i < span.Length; i++)
        {
            span[i] = char.IsControl(source[i]) ? '.' : source[i];
        }
    });
}
